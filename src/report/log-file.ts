/** Events as the full text log: everything, with every line of output. Where it is written is the caller's business. */
import type { RunEvent } from '../engine/events.ts';
import { cleanText } from '../clean-text.ts';
import { errorText } from './plain.ts';

/** A consumer that writes the log as text, which whoever looks at it shows on a terminal. */
export function logConsumer(write: (text: string) => void): (event: RunEvent) => void {
  return (event) => write(cleanText(`${event.time} ${logText(event)}\n`));
}

function logText(event: RunEvent): string {
  switch (event.type) {
    case 'run.started':
      return `run ${event.run} ${event.resumed ? 'resumed' : 'started'}: ${event.hostname}, plan ${event.planHash}, ${event.actions.length} actions`;
    case 'action.started':
      return `${event.id} started`;
    case 'action.output':
      return `${event.id} ${{ stdout: '|', stderr: '!', command: '$', notice: '*' }[event.stream]} ${event.text}`;
    case 'action.progress':
      return `${event.id} ${event.done}/${event.total} ${event.unit}`;
    case 'action.finished':
      return `${event.id} ${event.result} after ${event.seconds} s${event.error === undefined ? '' : `\n${errorText(event.error).trimEnd()}`}`;
    case 'domain.finished':
      return `domain ${event.domain} ${event.result} addresses=${event.addresses.join(',') || '-'} keys=${event.sshHostKeys.join(',') || '-'}`;
    case 'run.finished':
      return `run ${event.result}, exit ${event.exit}, ${event.seconds} s`;
  }
}
