import { answer, cme, ok } from '../outcome.ts';
import type { SimulatorProfile } from '../profile.ts';
import { cardRefusal, enterPin, pinState } from '../sim-card.ts';
import type { Command, CommandTable } from './command.ts';

/** Only with a card that can be used. */
function withCard(command: Command): Command {
  return (modem, call) => {
    const refusal = cardRefusal(modem.card, modem.now());
    return refusal === null || call.form === 'test' ? command(modem, call) : cme(refusal.cme);
  };
}

const pin: Command = (modem, call) => {
  if (call.form === 'test') return ok;
  if (call.form === 'read') {
    const state = pinState(modem.card, modem.now());
    if (typeof state !== 'string') return cme(state.cme);
    return { lines: [`+CPIN: ${state}`], result: modem.profile.silentPin ? 'none' : 'OK' };
  }
  const refused = enterPin(modem.card, call.args[0] ?? '', call.args[1]);
  if (refused !== null) return cme(refused);
  return { ...ok, afterwards: () => modem.network.retry() };
};

const pinTries: Command = (modem) => {
  const { card } = modem;
  if (!card.inserted) return cme(10);
  const { reply } = modem.profile.pinTries;
  return answer(reply.replace('{pin}', String(card.pinTries)).replace('{puk}', String(card.pukTries)));
};

const serviceCentre = withCard((modem, call) => {
  if (call.form === 'test') return ok;
  if (call.form === 'read') {
    return answer(`+CSCA: "${modem.serviceCentre}",${modem.serviceCentre.startsWith('+') ? 145 : 129}`);
  }
  const [address] = call.args;
  if (address === undefined || !/^\+?\d{0,20}$/.test(address)) return cme(50);
  modem.serviceCentre = address;
  return ok;
});

/** The commands that ask the SIM. */
export function cardCommands({ iccid, pinTries: tries }: SimulatorProfile): CommandTable {
  return {
    '+CPIN': pin,
    [tries.name]: pinTries,
    '+CIMI': withCard((modem) => answer(modem.card.imsi)),
    [iccid.name]: withCard((modem, call) =>
      call.form === 'test' ? ok : answer(iccid.reply.replace('{iccid}', modem.card.iccid)),
    ),
    '+CNUM': withCard((modem) => {
      const { number } = modem.equipment;
      return number === '' ? ok : answer(`+CNUM: ,"${number}",${number.startsWith('+') ? 145 : 129}`);
    }),
    '+CSCA': serviceCentre,
  };
}
