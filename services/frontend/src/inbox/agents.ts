// Who may answer.
import { signal } from '@preact/signals';
import { call } from '../app/api';
import type { components } from '../app/contract';

export type Agent = components['schemas']['AgentEntry'];

export const agents = signal<Agent[]>([]);

export function loadAgents(): void {
  call<{ items: Agent[] }>('GET', '/v1/user/agents').then((page) => { agents.value = page.items; }, () => undefined); // what is known stays
}
