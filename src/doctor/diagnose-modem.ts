import type { Examination } from '../modem/examination.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import type { ModemFacts } from './modem-facts.ts';
import { isThief, suspectFinding, thiefFinding } from './thieves.ts';

/** Below this a module fails when it sends: it then draws two amperes. */
const lowSupply = 3_500;
const nearlyFull = 0.9;

/** What is wrong with one modem. */
export function diagnoseModem(facts: ModemFacts): Finding[] {
  const { examination } = facts;
  return [
    ...problemFindings(facts),
    ...powerFindings(facts),
    ...(examination === null ? [] : stateFindings(facts, examination)),
    ...addressFindings(facts),
  ];
}

const direct: Readonly<Record<string, FindingCode>> = {
  'port.missing': 'port.missing',
  'port.failed': 'port.hangs',
  'port.baud': 'port.baud',
  'modem.no_sms': 'modem.no_sms',
  'sim.absent': 'sim.absent',
  'sim.pin_required': 'sim.pin_required',
  'sim.pin_wrong': 'sim.pin_wrong',
  'sim.puk_required': 'sim.puk_required',
  'sim.network_locked': 'sim.network_locked',
  'sim.failed': 'sim.failed',
};

function problemFindings(facts: ModemFacts): Finding[] {
  const { problem, process, suspect, sibling } = facts;
  const subject = subjectOf(facts);
  const place = facts.path ?? facts.address;
  if (problem === null) return [];
  const { code, message } = problem;
  const isMute = code === 'at.timeout';
  if ((isMute || code === 'port.busy') && process !== null) {
    const held = `${process.name} (process ${process.pid}) has its port ${place}`;
    const remedy = `Stop ${process.name}, or keep it away from this port.`;
    return [isThief(process) ? thiefFinding(process, subject) : finding('port.in_use', subject, held, { remedy })];
  }
  if (isMute && sibling !== null) {
    const wrong = `nothing answers at ${place}, but a modem does at ${sibling}, a port of the same device`;
    return [finding('port.wrong_interface', subject, wrong, { remedy: `Set port: ${sibling}` })];
  }
  if ((isMute || code === 'port.busy') && suspect !== null) {
    return [suspectFinding(suspect, subject, isMute ? `nothing answers at ${place}` : `a program has ${place}`)];
  }
  if (code === 'port.permission') return [permissionFinding(facts)];
  if (code === 'port.busy') return [finding('port.in_use', subject, message)];
  if (isRemote(facts) && (isMute || code === 'port.missing')) return [remoteFinding(facts, isMute)];
  if (isMute) return [finding('port.mute', subject, `nothing answers at ${place}`)];
  return [finding(direct[code] ?? 'modem.trouble', subject, message)];
}

function isRemote({ address }: ModemFacts): boolean {
  return address.startsWith('tcp:');
}

/** No matter of plugs, drivers and groups of this machine. */
function remoteFinding(facts: ModemFacts, isMute: boolean): Finding {
  const subject = subjectOf(facts);
  if (isMute) {
    const remedy = 'Check the serial port and its rate in the configuration of ser2net, and the modem there.';
    return finding('port.mute', subject, `${facts.address} is connected, but no modem answers there`, { remedy });
  }
  const remedy = 'Check host and port, and that ser2net or the like runs there and a firewall lets us in.';
  return finding('port.missing', subject, `nobody listens at ${facts.address}`, { remedy });
}

function permissionFinding(facts: ModemFacts): Finding {
  const group = facts.group ?? 'dialout';
  const message = `this user may not open ${facts.path ?? facts.address}, which belongs to the group ${group}`;
  const remedy = `sudo usermod -aG ${group} $USER, then log in again (a service: restart it).`;
  return finding('port.permission', subjectOf(facts), message, { remedy });
}

function powerFindings({ examination, saysLowPower, ...facts }: ModemFacts): Finding[] {
  const supply = examination?.supply ?? null;
  if (supply !== null && supply < lowSupply) {
    return [finding('power.low', subjectOf(facts), `its supply is ${(supply / 1000).toFixed(2)} V`)];
  }
  return saysLowPower ? [finding('power.low', subjectOf(facts), 'it says that its supply is too low')] : [];
}

function stateFindings(facts: ModemFacts, examination: Examination): Finding[] {
  const subject = subjectOf(facts);
  const { sim, pinTries } = examination;
  const tries = pinTries === null ? '' : `; ${pinTries} tries are left`;
  switch (sim) {
    case 'absent':
      return [finding('sim.absent', subject, 'no SIM is inserted')];
    case 'puk_required':
      return [finding('sim.puk_required', subject, 'the SIM is blocked and wants its PUK')];
    case 'pin_wrong':
      return [finding('sim.pin_wrong', subject, 'the SIM did not accept the PIN')];
    case 'pin_required':
      if (facts.isPinWrong) {
        return [
          finding('sim.pin_wrong', subject, `the configured PIN was tried on this SIM and did not open it${tries}`),
        ];
      }
      return facts.hasPin
        ? []
        : [finding('sim.pin_required', subject, `the SIM wants its PIN, and none is configured${tries}`)];
    case 'locked':
      return [finding('sim.network_locked', subject, 'the modem is locked and does not take this SIM')];
    case 'busy':
      return [finding('sim.busy', subject, 'the SIM is still starting, or stays busy')];
    case 'failed':
      return [finding('sim.failed', subject, 'the SIM fails')];
    case 'unknown':
      return [finding('sim.failed', subject, 'the modem does not say whether the SIM can be used')];
    case 'ready':
      return readyFindings(facts, examination);
  }
}

function readyFindings(facts: ModemFacts, examination: Examination): Finding[] {
  const subject = subjectOf(facts);
  const { pduMode, smsc, storages } = examination;
  const found: Finding[] = [];
  if (!pduMode) return [finding('modem.no_sms', subject, 'the modem refuses to handle messages')];
  found.push(...networkFindings(subject, examination));
  if (smsc === null && !facts.hasServiceCentre) {
    found.push(finding('sms.no_service_centre', subject, 'no service centre is set: nothing can be sent'));
  }
  for (const { name, used, total } of storages) {
    if (total > 0 && used / total >= nearlyFull) {
      found.push(finding('storage.full', subject, `its storage ${name} holds ${used} of ${total} messages`));
    }
  }
  if (facts.isOffered && facts.number === null && examination.number === null) {
    found.push(finding('number.missing', subject, 'the line is offered, and nobody knows its number'));
  }
  return found;
}

function networkFindings(subject: string, { registration, signalDbm }: Examination): Finding[] {
  switch (registration) {
    case 'home':
    case 'roaming':
      return [];
    case 'denied':
      return [finding('network.denied', subject, 'the network refuses this SIM')];
    case 'emergency_only':
      return [finding('network.emergency_only', subject, 'the network lets this SIM make emergency calls only')];
    default:
      if (signalDbm == null) return [finding('network.no_coverage', subject, 'it is on no network, and has no signal')];
      return [finding('network.not_found', subject, `it has a signal of ${signalDbm} dBm, but no network takes it`)];
  }
}

function addressFindings(facts: ModemFacts): Finding[] {
  if (!/^\/dev\/tty(?:USB|ACM)\d+$/.test(facts.address)) return [];
  return [finding('port.unstable', subjectOf(facts), `${facts.address} may be another port after the next reset`)];
}

function subjectOf({ id }: Pick<ModemFacts, 'id'>): string {
  return `modem ${id}`;
}
