// Every case, in the order of the list of promises.
import type { Case } from './case.ts';
import { ANSWER_FIELD_CASES } from './cases/answer-fields.ts';
import { ANSWER_CASES } from './cases/answers.ts';
import { CHUNK_CASES } from './cases/chunks.ts';
import { CONNECTION_CASES } from './cases/connections.ts';
import { DECLARED_LENGTH_CASES } from './cases/declared-lengths.ts';
import { EARLY_ANSWER_CASES } from './cases/early-answers.ts';
import { ELSEWHERE_CASES } from './cases/elsewhere.ts';
import { FIELD_CASES } from './cases/fields.ts';
import { HOST_CASES } from './cases/hosts.ts';
import { INTERIM_CASES } from './cases/interims.ts';
import { LENGTH_CASES } from './cases/lengths.ts';
import { PATH_CASES } from './cases/paths.ts';
import { REQUEST_LINE_CASES } from './cases/request-lines.ts';
import { STREAMING_CASES } from './cases/streaming.ts';
import { TLS_CASES } from './cases/tls.ts';
import { UPGRADE_CASES } from './cases/upgrades.ts';
import { UPLOAD_CASES } from './cases/uploads.ts';
import { VOLUME_CASES } from './cases/volume.ts';

/** P1 … P101, and then the promises of security. */
const numberOf = ({ id }: Case) => Number(id.slice(1)) + (id.startsWith('P') ? 0 : 1_000);

export const CASES: readonly Case[] = [
  ...LENGTH_CASES,
  ...CHUNK_CASES,
  ...FIELD_CASES,
  ...HOST_CASES,
  ...REQUEST_LINE_CASES,
  ...PATH_CASES,
  ...UPLOAD_CASES,
  ...VOLUME_CASES,
  ...DECLARED_LENGTH_CASES,
  ...EARLY_ANSWER_CASES,
  ...ANSWER_CASES,
  ...INTERIM_CASES,
  ...ANSWER_FIELD_CASES,
  ...STREAMING_CASES,
  ...CONNECTION_CASES,
  ...UPGRADE_CASES,
  ...TLS_CASES,
  ...ELSEWHERE_CASES,
].sort((a, b) => numberOf(a) - numberOf(b));
