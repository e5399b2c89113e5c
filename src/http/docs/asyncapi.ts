import type { Page } from '../page.ts';

/** The document of the MQTT topics, as the MQTT side wrote it. */
export function asyncApiPage(document: () => object): Page {
  let body: string | undefined;
  return {
    id: 'getAsyncApi',
    path: '/asyncapi.json',
    summary: 'The MQTT topics and their messages (AsyncAPI 3.0)',
    type: 'application/json; charset=utf-8',
    schema: { type: 'object', required: ['asyncapi'], properties: { asyncapi: { type: 'string' } } },
    answer: () => {
      body ??= JSON.stringify(document());
      return { body, headers: { 'cache-control': 'no-cache' } };
    },
  };
}
