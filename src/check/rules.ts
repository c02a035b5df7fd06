/** The table of rules. A new rule is one function under rules/ and one word here. */
import type { Rule } from './rule.ts';
import { addressesAreSound, addressesAreUnique } from './rules/addresses.ts';
import { bridgesAreSound, domuNetworksFit, macsAreSound, manyNicsNeedAChoice } from './rules/bridges.ts';
import { cpusFit, memoryFits, memoryIsEnough } from './rules/capacity.ts';
import { mountsAreFree, optionsAreFree, packagesAreNames, releasesAreKnown, sizesMakeSense } from './rules/details.ts';
import { disksFit } from './rules/disks-fit.ts';
import { loginIsPossible } from './rules/login.ts';
import { bootFitsType, machineCanRunXen } from './rules/machine.ts';
import { namesAreValid, namesDoNotClash } from './rules/names.ts';

export const rules: readonly Rule[] = [
  namesAreValid, namesDoNotClash, releasesAreKnown, packagesAreNames, loginIsPossible, bootFitsType, machineCanRunXen,
  addressesAreSound, addressesAreUnique, bridgesAreSound, domuNetworksFit, macsAreSound, manyNicsNeedAChoice,
  memoryIsEnough, memoryFits, cpusFit, sizesMakeSense, mountsAreFree, optionsAreFree, disksFit,
];
