import type { Apis, Dialect } from '../dialect.ts';
import { createAgentOtpDialect } from './agent-otp/agent-otp.ts';
import { createOpDialect } from './op/op.ts';

/** Every HTTP API that is served. */
export const dialects: readonly ((apis: Apis) => Dialect)[] = [createOpDialect, createAgentOtpDialect];
