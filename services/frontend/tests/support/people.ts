// Those who use the product, by its API: what happens elsewhere while a page is looked at.
import type { components } from '../../src/app/contract';
import type { Server } from './server';

export const password = 'correct horse battery';

type Schemas = components['schemas'];
export type Ticket = Schemas['Ticket'];

let people = 0;

export class Person {
  private constructor(private readonly server: Server, readonly user: Schemas['User'], private token: string) {}

  /** client signs somebody up. */
  static async client(server: Server, name = 'Client One'): Promise<Person> {
    const email = `person-${process.pid}-${++people}@example.com`;
    const user = await send<Schemas['User']>(server, 'POST', '/v1/user', { name, email, password });
    const person = new Person(server, user, '');
    await person.logIn();
    return person;
  }

  static async agent(server: Server, name = 'Agent One', role = 'agent'): Promise<Person> {
    const person = await Person.client(server, name);
    server.grant(person.user.email, role);
    await person.logIn();
    return person;
  }

  async logIn(): Promise<void> {
    const { accessJWT } = await send<{ accessJWT: string }>(this.server, 'POST', '/v1/user/login', { email: this.user.email, password });
    this.token = accessJWT;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> { return send<T>(this.server, method, path, body, this.token); }

  async open(subject: string, message: string): Promise<Ticket> { return this.call('POST', '/v1/ticket', { subject, message }); }

  async reply(id: string, message: string): Promise<Ticket> { return this.call('PUT', `/v1/ticket/${id}`, { message }); }

  async close(id: string): Promise<Ticket> { return this.call('PATCH', `/v1/ticket/close-ticket/${id}`); }

  async ticket(id: string): Promise<Ticket> { return this.call('GET', `/v1/ticket/${id}`); }

  async said(id: string): Promise<string[]> { return (await this.ticket(id)).conversation.map((m) => m.message); }
}

async function send<T>(server: Server, method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(server.base + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}
