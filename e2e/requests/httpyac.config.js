// Lets httpyac run docs/requests.http as the VS Code extension REST Client does: it resolves
// {{name.response.body.field}} and {{name.response.headers.field}}, answers what "# @prompt" asks a
// person, and fails a request whose status is not the one in its "# @expect" line.
'use strict';

const prompts = require('./prompts.js');

const PLACEHOLDER = /\{\{\s*(.+?)\s*\}\}/g;
const RESPONSE = /^(\w+)\.response\.(body|headers)\.(?:\$\.)?(.+)$/;

/** The value at a path such as user.email, or undefined. */
function at(value, path) {
  return path.split('.').reduce((v, key) => (v === undefined || v === null ? undefined : v[key]), value);
}

/** What a placeholder stands for; undefined leaves it to httpyac. */
function resolve(expression, variables, answers) {
  if (expression === 'baseUrl' && process.env.E2E_BASE_URL) {
    return process.env.E2E_BASE_URL;
  }
  if (expression in answers) {
    return answers[expression];
  }
  const [, name, part, path] = RESPONSE.exec(expression) || [];
  if (!name) {
    return undefined;
  }
  const response = variables[`${name}Response`];
  const value = part === 'body' ? at(response?.parsedBody, path) : response?.headers[path.toLowerCase()];
  if (value === undefined) {
    throw new Error(`${expression}: no such value in an earlier answer`);
  }
  return value;
}

function checkStatus(response, { httpRegion }) {
  const expected = Number(httpRegion.metaData.expect);
  const met = response.statusCode === expected;
  const message = `status ${response.statusCode}, expected ${httpRegion.metaData.expect}`;
  httpRegion.testResults = httpRegion.testResults || [];
  httpRegion.testResults.push({ message, status: met ? 'SUCCESS' : 'FAILED' });
}

function configureHooks(api) {
  let answers = {}; // to the prompts of the request at hand

  api.hooks.execute.addInterceptor({
    id: 'prompts',
    async beforeLoop({ args: [context] }) {
      answers = {};
      const name = String(context.httpRegion.metaData.prompt || '').split(/\s/)[0];
      if (name) {
        answers[name] = await prompts.answer(name, context.variables);
      }
      return true;
    },
  });
  api.hooks.replaceVariable.addHook(
    'restClient',
    async (text, _type, { variables }) =>
      typeof text === 'string'
        ? text.replace(PLACEHOLDER, (all, expression) => resolve(expression, variables, answers) ?? all)
        : text,
    { before: ['host'] },
  );
  api.hooks.onResponse.addHook('expect', checkStatus);
}

module.exports = { configureHooks };
