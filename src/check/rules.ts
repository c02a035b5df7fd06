/** The table of rules. A new rule is one function under rules/ and one word here. */
import type { Rule } from './rule.ts';
import { addressesAreUnique, fixedAddressesAreComplete, networksAreApart } from './rules/address-clashes.ts';
import { addressesAreSound } from './rules/addresses.ts';
import { bridgesAreSound } from './rules/bridges.ts';
import { cpusFit, maximaHold, vcpusAreAllowed, memoryFits, memoryIsEnough } from './rules/capacity.ts';
import { consoleIsHeard } from './rules/console.ts';
import { optionsAreFree, packagesAreNames, releasesAreKnown, sourcesAreSound } from './rules/details.ts';
import { bundledBasesFit, mediumIsSound, mediumIsTrusted } from './rules/medium.ts';
import { defaultRouteIsClear } from './rules/default-routes.ts';
import { devicesHaveNames } from './rules/device-names.ts';
import { disksFit, selectorsMakeSense } from './rules/disks-fit.ts';
import { installerCan } from './rules/installer.ts';
import { plannedSizesSuffice } from './rules/planned-sizes.ts';
import { initrdFindsDisks } from './rules/remote-disks.ts';
import { sectorsFit } from './rules/sectors.ts';
import { domuNetworksFit, macsAreSound } from './rules/domu-networks.ts';
import { loginsFit } from './rules/logins.ts';
import { loginIsPossible } from './rules/login.ts';
import { bootFitsType, machineCanRunXen } from './rules/machine.ts';
import { bridgeNamesAreValid, namesAreValid, namesDoNotClash } from './rules/names.ts';
import { placesExist } from './rules/places.ts';
import { checksCanBeAsked, filesAreSound, textsAreSound } from './rules/texts.ts';
import { firstUplinkIsClear, uplinksAreNotShared, uplinksExist } from './rules/uplinks.ts';
import {
  dataDisksAreSound,
  guestsReadNothingOld,
  sharesFit,
  sizesMakeSense,
  volumeNamesDoNotClash,
} from './rules/volumes.ts';

export const rules: readonly Rule[] = [
  namesAreValid,
  namesDoNotClash,
  bridgeNamesAreValid,
  devicesHaveNames,
  textsAreSound,
  placesExist,
  releasesAreKnown,
  packagesAreNames,
  sourcesAreSound,
  loginsFit,
  mediumIsSound,
  mediumIsTrusted,
  bundledBasesFit,
  loginIsPossible,
  filesAreSound,
  checksCanBeAsked,
  bootFitsType,
  machineCanRunXen,
  consoleIsHeard,
  memoryIsEnough,
  memoryFits,
  cpusFit,
  vcpusAreAllowed,
  maximaHold,
  bridgesAreSound,
  uplinksExist,
  uplinksAreNotShared,
  firstUplinkIsClear,
  addressesAreSound,
  addressesAreUnique,
  networksAreApart,
  fixedAddressesAreComplete,
  defaultRouteIsClear,
  domuNetworksFit,
  macsAreSound,
  volumeNamesDoNotClash,
  dataDisksAreSound,
  sizesMakeSense,
  sharesFit,
  guestsReadNothingOld,
  optionsAreFree,
  selectorsMakeSense,
  disksFit,
  plannedSizesSuffice,
  installerCan,
  sectorsFit,
  initrdFindsDisks,
];
