import type { EpochMs } from '../../../clock.ts';
import { type Apis, type Route, route } from '../../dialect.ts';
import type { Limit } from '../../limiter.ts';
import { quota, settings, usage } from './schemas.ts';
import { wireTime } from './wire.ts';

const sessionLimit: Limit = { per: 'session', windows: [{ points: 60, seconds: 60 }] };
const common = { tag: 'Account', auth: 'session', limit: sessionLimit, method: 'GET', errors: [] } as const;

/** What an account may read of itself. */
export function accountRoutes(apis: Apis): Route[] {
  return [quotaRoute(apis), usageRoute(apis), settingsRoute(apis)];
}

function quotaRoute({ numbers }: Apis): Route {
  return route({
    ...common,
    id: 'getRentalQuota',
    path: '/api/v1/auth/usage/quota',
    summary: 'What is left of the rentals of this month',
    answer: quota,
    run({ caller: { account } }) {
      const { limit, used } = numbers.quota(account);
      return { plan: account.tier, limit, used, remaining: Math.max(0, limit - used), has_quota: used < limit };
    },
  });
}

function usageRoute({ numbers, clock }: Apis): Route {
  return route({
    ...common,
    id: 'getUsage',
    path: '/api/v1/auth/usage',
    summary: 'The rentals of this month',
    answer: usage,
    run({ caller: { account } }) {
      const { limit, used } = numbers.quota(account);
      const { start, end } = monthOf(clock.now());
      const data = {
        plan: account.tier,
        period_start: wireTime(start),
        period_end: wireTime(end),
        limit,
        used,
        remaining: Math.max(0, limit - used),
        active_rentals: numbers.rentals(account.id).length,
      };
      return { success: true, data } as const;
    },
  });
}

function monthOf(now: EpochMs): { readonly start: EpochMs; readonly end: EpochMs } {
  const today = new Date(now);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}

function settingsRoute({ numbers }: Apis): Route {
  return route({
    ...common,
    id: 'getSettings',
    path: '/api/v1/auth/settings',
    summary: 'What the operator has set for your account',
    answer: settings,
    run({ caller: { account } }) {
      const { id, phone, tier, createdAt } = account;
      const { limit } = numbers.quota(account);
      const data = { account_id: id, phone, plan: tier, monthly_limit: limit, created_at: wireTime(createdAt) };
      return { success: true, data } as const;
    },
  });
}
