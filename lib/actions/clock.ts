/** No charge point with OCPP 1.6 was switched on before that: a clock that says so was never set. */
export const FIRST_BELIEVABLE = '2015-01-01T00:00:00.000Z'
