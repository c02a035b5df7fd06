/** What the tests of snapshots take from those of the rescue. */
export { refusal } from '../rescue/hosts.ts';
export { canMount, reason, run } from '../rescue/stand-in-host.ts';
