/**
 * The commands that an install names when it has stopped: how to go on with it, and how to give it up. Pure; no secret
 * is in them.
 */
import { commandLine } from '../plan/shell-words.ts';
import { isSecretField, withoutSecrets } from '../secret-looks.ts';
import type { InstallOptions } from './install-options.ts';
import { parseImage } from '../command-line/values/images.ts';
import { trustArguments } from './trusted-source.ts';

type Options = Pick<
  InstallOptions,
  'image' | 'set' | 'state' | 'sha256' | 'pubkey' | 'tlsFingerprint' | 'allowClear' | 'as' | 'resumeCommand'
>;

/** The same install: without the words that were given for it, its plan would be another one. */
function command(source: string, { image, set, state, ...trust }: Options, more: readonly string[]): string {
  const words = [
    ...set.flatMap((word) => ['--set', withoutSecret(word)]),
    ...image.flatMap((file) => ['--image', file]),
    ...(state === undefined ? [] : ['--state', state]),
    ...more,
  ];
  return `${commandLine(['xenwright', 'install', withoutSecrets(source)])} ${trustArguments(trust)}${commandLine(words)}`;
}

/** What a person types to go on. */
export function resumeCommand(source: string, options: Options): string {
  return options.resumeCommand ?? command(source, options, ['--resume']);
}

/**
 * What a person types to give an earlier run up: `folder` has its state. An image goes with it. On own disks another
 * folder decides instead of it, and what the run has left on the disks is then as good as anybody's.
 */
export function startAgain(source: string, options: Options, folder: string): string {
  const [image] = options.image.map((argument) => parseImage(argument).file);
  if (image !== undefined) return commandLine(['rm', '-rf', image, folder]);
  return command(source, { ...options, state: `${folder}-anew` }, []);
}

/** A password in clear is not said aloud: its place is kept for the person who knows it. */
function withoutSecret(word: string): string {
  const at = word.indexOf('=');
  const [path, value] = [word.slice(0, at), word.slice(at + 1)];
  const isNamed =
    path.split('.').some(isSecretField) ||
    [...value.matchAll(/([\w-]+)["']?\s*:(?!\/\/)/g)].some(([, name]) => isSecretField(name ?? ''));
  const isSecret = isNamed && !/^(file|env|prompt):/.test(value);
  return isSecret ? `${path}=…` : withoutSecrets(word);
}
