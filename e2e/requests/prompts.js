// Answers what docs/requests.http asks a person, from the environment that the Go suite has as well:
// E2E_MAIL_DIR (a folder of .eml files) and E2E_GRANT_ROLE (a command with {email} and {role}).
'use strict';

const { execSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const DEADLINE_MS = 15_000;

function mailsTo(address) {
  const folder = process.env.E2E_MAIL_DIR;
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.eml')) : [];
  return names
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
    .filter((mail) => mail.includes(address));
}

/** The PIN in the mail to the address; a mail is written after the request was answered, so wait for it. */
async function pin(address) {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await sleep(50)) {
    const found = mailsTo(address).map((mail) => /\b\d{8}\b/.exec(mail.split(/\r?\n\r?\n/).slice(1).join('\n\n')));
    if (found.some(Boolean)) {
      return found.find(Boolean)[0];
    }
  }
  throw new Error(`no mail with a PIN for ${address} under ${process.env.E2E_MAIL_DIR}`);
}

function grant(email, role) {
  const command = process.env.E2E_GRANT_ROLE.replaceAll('{email}', email).replaceAll('{role}', role);
  execSync(command, { stdio: ['ignore', 'ignore', 'inherit'] });
  return '';
}

/** The answer to the prompt of that name, given the answers to earlier requests. */
async function answer(name, { signUp, agentSignUp }) {
  switch (name) {
    case 'pin':
      return pin(signUp.email);
    case 'granted':
      return grant(agentSignUp.email, 'agent');
    default:
      throw new Error(`docs/requests.http asks for ${name}, which nobody can answer here`);
  }
}

module.exports = { answer };
