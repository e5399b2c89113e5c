import { describe, expect, test } from 'vitest';
import { answersAs, isExpected, partyKey } from '../../src/numbers/party.ts';

describe('a sender answers as', () => {
  test.each([
    ['+14155551234', '+14155551234'],
    ['14155551234', '+14155551234'],
    ['0014155551234', '+14155551234'],
    ['4155551234', '+14155551234'],
    ['07700900123', '+447700900123'],
    ['5551234', '+14155551234'],
    ['72000', '72000'],
    ['Google', 'GOOGLE'],
  ])('%s the peer %s', (sender, peer) => {
    expect(answersAs(sender, peer)).toBe(true);
    expect(partyKey(sender)).toBe(partyKey(peer));
  });
});

describe('a sender does not answer as', () => {
  test.each([
    ['+4155551234', '+14155551234'],
    ['+14155551234', '14155551234'],
    ['+24155551234', '+14155551234'],
    ['24155551234', '+14155551234'],
    ['551234', '+14155551234'],
    ['0005551', '+14155555551'],
    ['51234', '+14155551234'],
    ['2000', '72000'],
    ['Bank5551234', '+14155551234'],
    ['5551234', 'Bank5551234'],
    ['Google', 'Googles'],
    ['', '+14155551234'],
  ])('%s the peer %s', (sender, peer) => {
    expect(answersAs(sender, peer)).toBe(false);
  });
});

describe('an expected sender', () => {
  test.each([
    ['+14155551234', '+14155551234'],
    ['+14155551234', '14155551234'],
    ['+14155551234', ' 1 415 555 1234'],
    ['+14155551234', '+1 (415) 555-1234'],
    ['+14155551234', '415-555-1234'],
    ['+447700900123', '07700 900123'],
    ['07700900123', '+44 7700 900123'],
    ['4155551234', '+14155551234'],
    ['14155551234', '4155551234'],
    ['72000', '+72000'],
    ['72000', '7 2000'],
    ['Google', 'google'],
    ['GOOGLE', ' Google '],
    ['My Bank', 'my bank'],
  ])('%s is met by %s', (sender, expected) => {
    expect(isExpected(sender, expected)).toBe(true);
  });

  test.each([
    ['+14155551234', '+24155551234'],
    ['+14155551234', '+4155551234'],
    ['+14155551234', '551234'],
    ['+14155551234', 'Google'],
    ['Google', '466453'],
    ['Google', 'Goo'],
    ['72000', '2000'],
    ['+14155551234', ''],
    ['Google', ''],
  ])('%s is not met by %s', (sender, expected) => {
    expect(isExpected(sender, expected)).toBe(false);
  });
});
