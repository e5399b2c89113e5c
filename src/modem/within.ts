import type { Ms } from '../clock.ts';

/** What `work` resolves with; undefined if that takes longer than `limit`: the work itself goes on unheeded. */
export async function within<T>(limit: Ms, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), limit);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
