/** The families of distributions that something can be installed of: a row in `table.ts` each. */
export type DistributionName = 'debian';
