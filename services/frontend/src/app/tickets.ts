// Tickets as the server has them: the lists and the one that is open. Answers and the feed are the only sources.
import { batch, signal } from '@preact/signals';
import { call, Failure } from './api';
import type { components } from './contract';
import { type Change, onNews, onNewsSoon } from './feed';
import { user } from './session';

export type Ticket = components['schemas']['Ticket'];
export type Summary = components['schemas']['TicketSummary'];
export type Message = components['schemas']['TicketMessage'];
export type Note = components['schemas']['TicketNote'];
type Page = components['schemas']['TicketPage'];

/** may tells whether the asker may do this with the ticket now. */
export function may(ticket: Ticket, action: string): boolean {
  return ticket.allowedActions.includes(action);
}

/** List is one list, page by page. */
export class List {
  readonly items = signal<Summary[]>([]);
  readonly state = signal<'loading' | 'ready' | Failure>('loading');
  readonly hasMore = signal(false);
  private cursor: string | null = null;
  private turn = 0;
  private reading = false;
  private moved = false; // by news that the answer under way may be older than

  constructor(private readonly query: Record<string, string>, private readonly takes: (s: Summary) => boolean) {}

  /** load reads the first page anew. What is shown stays until the answer is there. */
  async load(): Promise<void> {
    this.cursor = null;
    await this.read(true);
  }

  /** more reads the next page. */
  async more(): Promise<void> {
    if (this.cursor) await this.read(false);
  }

  private async read(anew: boolean): Promise<void> {
    const turn = ++this.turn;
    this.reading = true;
    this.moved = false;
    try {
      const limit = String(anew ? Math.min(100, Math.max(50, this.items.value.length)) : 50);
      const query = new URLSearchParams({ ...this.query, limit, ...(this.cursor && !anew ? { cursor: this.cursor } : {}) });
      const page = await call<Page>('GET', `/v1/ticket?${query}`);
      if (turn !== this.turn) return; // another read has begun since
      batch(() => {
        const before = anew ? [] : this.items.value;
        this.items.value = [...before, ...page.items.filter((s) => !before.some((b) => b.id === s.id))];
        this.cursor = page.nextCursor;
        this.hasMore.value = page.nextCursor !== null;
        this.state.value = 'ready';
      });
    } catch (failure) {
      if (turn === this.turn && failure instanceof Failure) this.state.value = failure;
    }
    if (turn !== this.turn) return;
    this.reading = false;
    if (this.moved) await this.load();
  }

  /** apply brings the list up to date with one change. */
  apply(change: Change): void {
    this.moved = this.reading;
    const { ticket } = change, items = this.items.value;
    const at = items.findIndex((s) => s.id === ticket.id);
    const known = items[at];
    if (known && !('version' in ticket && ticket.version <= known.version)) {
      const next = change.type.includes('.deleted.') ? null : { ...known, ...ticket };
      this.items.value = next && this.takes(next) ? items.with(at, next) : items.toSpliced(at, 1);
    } else if (!known && 'subject' in ticket && this.takes(ticket)) {
      this.items.value = [ticket, ...items].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
    }
  }

  /** follow keeps the list up to date until the returned function is called. */
  follow(): () => void {
    return onNews((news) => { if (news === 'again') void this.load(); else this.apply(news); });
  }
}

/** Queue is a list that only the server can put in order: it is read again a moment after each change. */
export class Queue extends List {
  constructor(query: Record<string, string>) { super(query, () => true); }

  override follow(): () => void { return onNewsSoon(() => { void this.load(); }); }
}

/** Opened is the ticket that somebody looks at. */
export class Opened {
  readonly ticket = signal<Ticket | null>(null);
  readonly failure = signal<Failure | null>(null);
  /** heard is the last message that came in by the feed, for the announcement. */
  readonly heard = signal<Message | null>(null);

  constructor(readonly id: string) {}

  async load(): Promise<void> {
    try {
      this.put(await call<Ticket>('GET', `/v1/ticket/${this.id}`));
    } catch (failure) {
      if (failure instanceof Failure) this.failure.value = failure;
    }
  }

  /** put takes an answer, unless a newer one was there first. */
  put(ticket: Ticket): void {
    const known = this.ticket.value;
    batch(() => {
      this.failure.value = null;
      if (!known || ticket.version >= known.version) this.ticket.value = ticket;
    });
  }

  follow(): () => void {
    return onNews((news) => {
      const known = this.ticket.value;
      if (news === 'again') void this.load();
      else if (news.ticket.id !== this.id) return;
      else if (news.type.includes('.deleted.')) this.failure.value = new Failure(404, 'not-found');
      else if (!known || news.ticket.version > known.version) {
        if (news.message && news.message.author.id !== user.peek()?.id) this.heard.value = news.message;
        void this.load(); // what may be done, and what only the asker may see, is not in the event
      }
    });
  }
}
