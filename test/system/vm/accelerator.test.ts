import { expect, test } from 'vitest';
import { chooseAccelerator } from '../../../src/system/vm/accelerator.ts';

const flags = (...names: string[]): string =>
  `processor\t: 0\nflags\t\t: fpu sse2 ${names.join(' ')}\nbugs\t\t: spectre_v1\n`;

test('KVM is used where the CPU can virtualize and a probe guest answers', async () => {
  const probed: string[] = [];
  const answers = async (argv: readonly string[]): Promise<boolean> => {
    probed.push(argv.join(' '));
    return true;
  };
  expect(await chooseAccelerator(flags('svm'), answers)).toContain('kvm');
  expect(await chooseAccelerator(flags('vmx'), answers)).toContain('kvm');
  expect(probed).toEqual(['-accel kvm -cpu host', '-accel kvm -cpu host']);
});

test('a KVM that never answers is not used', async () => {
  expect((await chooseAccelerator(flags('vmx'), async () => false)).join(' ')).toContain('-accel tcg');
});

test('a machine whose CPU cannot virtualize is not even probed', async () => {
  const probe = async (): Promise<boolean> => {
    throw new Error('probed');
  };
  expect((await chooseAccelerator(flags('hypervisor'), probe)).join(' ')).toContain('-accel tcg');
  expect((await chooseAccelerator('bugs : vmx svm\n', probe)).join(' ')).toContain('-accel tcg');
  expect((await chooseAccelerator('', probe)).join(' ')).toContain('-accel tcg');
});
