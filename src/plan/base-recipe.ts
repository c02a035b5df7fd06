/** The way bases are built, by number: what was built in another way fits no plan of this version. */

/**
 * Counts up when the way bases are built changes, the common stage's packages included: older ones are then built
 * again.
 */
export const BASE_RECIPE = 4;
