import { describe, expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const service = (text: string, from = '') => extractor.extract({ from, text })?.service;

describe('the service is named by', () => {
  test.each([
    ['【极光网】您的验证码是854645，5分钟内有效', '极光网'],
    ['[Contoso] Verification code: 482913', 'Contoso'],
    ['您的验证码是854645【云图】', '云图'],
    ['Your Northwind code is 4829', 'Northwind'],
    ['G-817908 is your Google verification code.', 'Google'],
    ['4829 is your Blue Finch login code', 'Blue Finch'],
    ['096947 is your GOV.UK security code', 'GOV.UK'],
    ['482913 is your sign-in code for Adatum. Valid for 3 minutes.', 'Adatum'],
    ['751902 is je verificatiecode voor Waterlinie.', 'Waterlinie'],
    ['Wise: enter 236-769 to confirm your login', 'Wise'],
    ['PayPal: 482913 is your security code', 'PayPal'],
  ])('the text: %s', (text, expected) => {
    expect(service(text, '+15005550006')).toBe(expected);
  });

  test.each([
    ['Contoso', 'Contoso'],
    ['VM-HDFCBK-S', 'HDFCBK'],
    ['AX-SBIOTP', 'SBIOTP'],
    [' Nordbank ', 'Nordbank'],
  ])('the sender: %s', (from, expected) => {
    expect(service('Your verification code is 482913', from)).toBe(expected);
  });

  test('the text before the sender, and the bound host before both', () => {
    expect(service('Your Northwind code is 4829', 'Contoso')).toBe('Northwind');
    expect(service('Your Northwind code is 4829\n@a.example #4829', 'Contoso')).toBe('a.example');
  });
});

describe('no service is named by', () => {
  test.each([
    ['a number', 'Your verification code is 482913', '+15005550006'],
    ['a short code', 'Your verification code is 482913', '22395'],
    ['a gateway that sends for anyone', 'Your verification code is 482913', 'AUTHMSG'],
    ['a word for codes', 'Code: 482913 to log in', ''],
    ['a word for codes in brackets', '[OTP] Your code is 482913', ''],
    ['a marker of the network', '[Web발신] 인증번호 359077', ''],
    ['a German noun behind the word', 'Ihr Sicherheitscode für Überweisungen lautet 482913', ''],
    ['the end of the sentence before', 'Paid at TESTSHOP. Verification code 482913', ''],
  ])('%s', (_, text, from) => {
    expect(extractor.extract({ from, text })?.code).toMatch(/^\d{6}$/);
    expect(service(text, from)).toBeUndefined();
  });
});
