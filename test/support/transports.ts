/**
 * What a suite runs over that shows the same on both: how the transports differ is the matter of their contract
 * (`test/transport`) and of suites that name them. The long tests run it over both.
 */
export const ANY_TRANSPORT: readonly string[] = process.env.MINIM_TEST_LONG ? ['uws', 'ws'] : ['uws'];
