import type { Tier } from '../domain/account.ts';

/** Every command takes these two; `--data` and the environment decide where the data folder is. */
export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
}

/** Of a command that prints data. */
export interface PrintOptions extends CommonOptions {
  readonly json?: boolean;
}

export type RunOptions = CommonOptions;

export type DemoOptions = PrintOptions;

export interface SendOptions extends PrintOptions {
  readonly to: string;
  readonly text: string;
  /** Absent: the gateway picks one. */
  readonly modem?: string;
}

export interface MessagesOptions extends PrintOptions {
  readonly limit: number;
  readonly modem?: string;
}

export interface OtpOptions extends PrintOptions {
  readonly text?: string;
  readonly from?: string;
  readonly jsonl?: boolean;
  /** Say how the rules came to their answer. */
  readonly explain?: boolean;
}

export interface BackupOptions extends PrintOptions {
  readonly file: string;
}

export interface RestoreOptions extends PrintOptions {
  readonly file: string;
}

export interface AccountOptions extends PrintOptions {
  readonly phone: string;
  readonly tier?: Tier;
  /** Rentals a calendar month. */
  readonly quota?: number;
}

export interface KeyOptions extends PrintOptions {
  readonly phone: string;
  readonly name: string;
  /** The line whose messages the key opens. */
  readonly number?: string;
  /** Of a key that rents its numbers. */
  readonly api?: 'agent-otp';
}

export interface TokenOptions extends PrintOptions {
  readonly name: string;
}

export interface AuditOptions extends PrintOptions {
  readonly limit: number;
}
