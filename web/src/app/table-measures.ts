export const ROW_PX = 44;
export const HEAD_PX = 40;
/** The window of drawn rows moves by so many at a time, and reaches two such steps beyond what is in sight. */
export const STEP_ROWS = 6;
export const NEAR_END_PX = 40 * ROW_PX;
export const LEAST_COLUMN_PX = 64;
