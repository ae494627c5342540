import { applyDecorators, UseGuards } from '@nestjs/common';
import type { Scope } from '../../model/api-key.js';
import { ApiMethod, type ResponseWords } from '../docs/described.js';
import { API_KEY_HEADER } from '../logins.js';
import { PROBLEM_TYPE } from '../problem.js';
import { ProblemAnswer } from './answers.js';
import { ForScope, KeyGuard } from './key-guard.js';
import { UserGuard } from './user-guard.js';

/** The names that the document has for what users show. */
export const TOKEN_SECURITY = 'token';
export const TICKET_SECURITY = 'ticket';

/** What an operation of `/api/v1` is, for the document and for the guard. */
export interface OperationWords {
  readonly summary: string;
  readonly description?: string;
  /** That the caller's key needs. */
  readonly scope: Scope;
  /** Or the caller is the user of the path, by a token or a ticket. */
  readonly orUser?: true;
  /** What it says when all is well, by status. */
  readonly answers: Readonly<Record<number, ResponseWords>>;
  /** What can go wrong beside what can with every operation, by status. */
  readonly problems?: Readonly<Record<number, string>>;
}

const EVERY_OPERATION: Readonly<Record<number, string>> = {
  400: 'A field is not as it should be; `errors` names each.',
  401: 'The API key is missing or not known.',
  403: 'The API key does not have this scope, or the server has no keys.',
  429: 'Too much at once. `Retry-After` says for how long to wait.',
  503: 'Not now: the store is busy. `Retry-After` says for how long to wait.',
};

/** What can go wrong with whatever is sent and stored. */
export const SEND_PROBLEMS = {
  409: 'This `id` was used for another message.',
  413: 'The message, or the whole body, is too large.',
};

/** Makes a controller's method an operation: guarded by its scope, and in the document with all that it may answer. */
export function Operation({ summary, description = '', scope, orUser, answers, problems = {} }: OperationWords) {
  const scoped = `${description}\n\nScope: \`${scope}\`${orUser ? ', or a token or ticket of the user' : ''}`.trim();
  const security = orUser ? [API_KEY_HEADER, TOKEN_SECURITY, TICKET_SECURITY] : [API_KEY_HEADER];
  const responses = { ...answers, ...problemResponses({ ...EVERY_OPERATION, ...problems }) };
  return applyDecorators(
    ApiMethod({ summary, description: scoped, security, responses }),
    ForScope(scope),
    UseGuards(orUser ? UserGuard : KeyGuard),
  );
}

function problemResponses(problems: Readonly<Record<string, string>>): Record<string, ResponseWords> {
  const responses = Object.entries(problems).map(([status, description]) => {
    return [status, { description, type: ProblemAnswer, mediaType: PROBLEM_TYPE }] as const;
  });
  return Object.fromEntries(responses);
}
