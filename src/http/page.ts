import type { FastifyInstance } from 'fastify';
import type { JsonSchema } from './dialect.ts';

export interface PageAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Something anybody may read, as often as they like. */
export interface Page {
  /** `operationId` of the document. */
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  /** Media type. */
  readonly type: string;
  /** Absent: text. */
  readonly schema?: JsonSchema;
  /** Default: 200 alone. */
  readonly statuses?: readonly number[];
  answer(): PageAnswer | Promise<PageAnswer>;
}

export function addPages(app: FastifyInstance, pages: readonly Page[]): void {
  for (const { path, type, answer } of pages) {
    app.get(path, { config: { unlimited: true } }, async (_request, reply) => {
      const { status = 200, body, headers = {} } = await answer();
      return reply.code(status).type(type).headers(headers).send(body);
    });
  }
}
