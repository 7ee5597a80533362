// What people wrote, as they wrote it: line breaks kept, links made clickable, nothing interpreted.
import type { ComponentChild } from 'preact';

const link = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

export function Text({ children }: { children: string }) {
  return <div class="text" dir="auto">{pieces(children)}</div>;
}

function pieces(text: string): ComponentChild[] {
  const out: ComponentChild[] = [];
  let from = 0;
  for (const found of text.matchAll(link)) {
    const url = safe(found[0]);
    if (!url) continue;
    out.push(text.slice(from, found.index), <a href={url} rel="noopener nofollow noreferrer" target="_blank">{found[0]}</a>);
    from = found.index + found[0].length;
  }
  out.push(text.slice(from));
  return out;
}

function safe(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
