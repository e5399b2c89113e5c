import { describe, expect, test } from 'vitest';
import { ussdAnswer } from '../../src/modem/commands/ussd.ts';
import { until } from './rig.ts';
import { play, type Scene, settled } from './scene.ts';

describe('the text of an answer', () => {
  test.each([
    // GSM codes as they are, under +CSCS="GSM": the dollar sign is 02, é 05, ä 7B, à 7F, the euro sign 1B 65.
    ['+CUSD: 0,"Saldo \x0210.50 \x05",15', 'Saldo $10.50 é'],
    ['+CUSD: 0,"5,00 \x1be",15', '5,00 €'],
    ['+CUSD: 0,"Ihr Guthaben betr{gt 5,00 EUR f~r M|nchen",15', 'Ihr Guthaben beträgt 5,00 EUR für Mönchen'],
    ['+CUSD: 0,"gi\x7f 3 \x11 \x06 [",0', 'già 3 _ ù Ä'],
    ['+CUSD: 2,"\x1elast line\nnext",15', 'ßlast line\nnext'],
    // And the @ is 00; after seven septets it is what fills the octets (TS 23.038 6.1.2.3.1).
    ['+CUSD: 0,"info\0example.org",15', 'info@example.org'],
    ['+CUSD: 0,"Balance\0",15', 'Balance'],
    ['+CUSD: 0,"Twitter: \0",15', 'Twitter: @'],
    // The same codes mean what they look like where nothing shows that they are GSM.
    ['+CUSD: 0,"[1] $5 | a_b@example.com {x} ~2",15', '[1] $5 | a_b@example.com {x} ~2'],
    ['+CUSD: 0,"Balance|Offers\t1",15', 'Balance|Offers\t1'],
    ['+CUSD: 0,"Guthaben: 5 \xe4",15', 'Guthaben: 5 ä'],
    ['+CUSD: 0,"a~b \xe4",15', 'a~b ä'],
  ])('%j is %j', (line, text) => {
    expect(ussdAnswer(line)?.text).toBe(text);
  });

  test.each([
    ['+CUSD: 0,"042100380020044004430431002E",15', 'С8 руб.'],
    ['+CUSD: 0,"00530061006C0064006F003A00200035002C0030003020AC"', 'Saldo: 5,00€'],
    ['+CUSD: 0,"064506310020063106280627",0', '\u0645\u0631 \u0631\u0628\u0627'],
    // Numbers and words of those digits are no UCS-2.
    ['+CUSD: 0,"04420655",15', '04420655'],
    ['+CUSD: 0,"0044207946000958",15', '0044207946000958'],
    ['+CUSD: 0,"BEEF",15', 'BEEF'],
    ['+CUSD: 0,"00530061006",15', '00530061006'],
  ])('%j in hex, whatever its coding scheme says, is %j', (line, text) => {
    expect(ussdAnswer(line)?.text).toBe(text);
  });
});

describe('the end of a dialogue', () => {
  test.each([
    ['+CUSD: 0,"5.00"', undefined],
    ['+CUSD: 1,"1 Yes"', undefined],
    ['+CUSD: 2', 'by_network'],
    ['+CUSD: 3', 'other_client'],
    ['+CUSD: 4', 'not_supported'],
    ['+CUSD: 5', 'timeout'],
    ['+CUSD: 2,"5.00 left",15', 'by_network'],
  ])('%s: %s', (line, ended) => {
    expect(ussdAnswer(line)?.ended).toBe(ended);
  });

  test('is told with its reason, and a question says it too', async () => {
    const scene: Scene = play(
      (line) => {
        if (line.startsWith('AT+CUSD=1')) setImmediate(() => scene.script.say('\r\n+CUSD: 4\r\n'));
        return undefined;
      },
      { balanceUssd: '*100#' },
    );
    await settled(scene);
    await expect(scene.modem.balance()).rejects.toThrow(/knows no such request/);
    await scene.stop();
    expect(scene.listener.answers).toEqual([{ text: '', replyExpected: false, ended: 'not_supported' }]);
  });
});

test('an @ in an answer of several lines comes through, between stray NULs', async () => {
  const scene = play({});
  await settled(scene);
  scene.script.say('\0\0\r\n+CUSD: 0,"Ask info\0example.org\r\nor help\0example.org",15\r\n\0\0');
  await until(() => scene.listener.answers.length === 1);
  await scene.stop();
  expect(scene.listener.answers[0]?.text).toBe('Ask info@example.org\nor help@example.org');
});

describe('a modem that reports the end that we asked for', () => {
  /** Says it before or after the OK of the cancellation. */
  const reporting = (says: 'before' | 'after'): Scene => {
    const scene: Scene = play(
      (line) => {
        const say = (answer: string) => setImmediate(() => scene.script.say(`\r\n${answer}\r\n`));
        if (line === 'AT+CUSD=1,"*111#",15') say('+CUSD: 1,"1 Balance 2 Offers",15');
        if (line === 'AT+CUSD=2' && says === 'before') return ['+CUSD: 2', 'OK'];
        if (line === 'AT+CUSD=2') return ['OK', '+CUSD: 2'];
        if (line === 'AT+CUSD=1,"*100#",15') say('+CUSD: 0,"5.00 left",15');
        return undefined;
      },
      { balanceUssd: '*100#' },
    );
    return scene;
  };

  test.each(['before', 'after'] as const)('%s its OK does not answer the question that follows', async (says) => {
    const scene = reporting(says);
    await settled(scene);
    await scene.modem.ussd('*111#');
    await until(() => scene.listener.answers.length === 1);
    expect((await scene.modem.balance()).text).toBe('5.00 left');
    await scene.stop();
    expect(scene.listener.answers.map(({ text }) => text)).toEqual(['1 Balance 2 Offers', '5.00 left']);
  });

  test('is believed where it is the network that ends the next dialogue', async () => {
    const scene = reporting('before');
    await settled(scene);
    await scene.modem.cancelUssd();
    await scene.modem.ussd('*111#');
    await until(() => scene.listener.answers.length === 1);
    scene.script.say('\r\n+CUSD: 2\r\n');
    await until(() => scene.listener.answers.length === 2);
    await scene.stop();
    expect(scene.listener.answers.at(-1)).toEqual({ text: '', replyExpected: false, ended: 'by_network' });
  });

  test('is believed where the network ends without a word what was asked since', async () => {
    const scene = play({});
    await settled(scene);
    await scene.modem.cancelUssd();
    await scene.modem.ussd('*100#');
    scene.script.say('\r\n+CUSD: 2\r\n');
    await until(() => scene.listener.answers.length === 1);
    await scene.stop();
  });

  test('is believed after a cancellation that it did not report', async () => {
    const scene = play({});
    await settled(scene);
    await scene.modem.cancelUssd();
    scene.script.say('\r\n+CUSD: 1,"An offer. 1 Yes",15\r\n');
    scene.script.say('\r\n+CUSD: 2\r\n');
    await until(() => scene.listener.answers.length === 2);
    await scene.stop();
    expect(scene.listener.answers.at(-1)).toMatchObject({ ended: 'by_network' });
  });
});
