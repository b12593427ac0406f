import { type Draft, isObject } from '../../../components/schema-form/schema.ts'

/** Why one had better be sure, for what ends charging, loses settings or locks out; none where no harm is done. */
export type Danger =
  | 'reset'
  | 'cache'
  | 'firmware'
  | 'profiles'
  | 'certificate'
  | 'access'
  | 'inoperative'
  | 'list'

export function dangerOf(action: string, payload: Draft): Danger | undefined {
  const given = isObject(payload) ? payload : {}
  switch (action) {
    case 'Reset':
      return given.type === 'Hard' ? 'reset' : undefined
    case 'ClearCache':
      return 'cache'
    case 'UpdateFirmware':
    case 'SignedUpdateFirmware':
      return 'firmware'
    case 'ClearChargingProfile':
      return given.id === undefined ? 'profiles' : undefined
    case 'DeleteCertificate':
    case 'InstallCertificate':
    case 'CertificateSigned':
      return 'certificate'
    case 'ChangeConfiguration':
      return ACCESS_KEYS.test(String(given.key)) ? 'access' : undefined
    case 'ChangeAvailability':
      return given.type === 'Inoperative' ? 'inoperative' : undefined
    case 'SendLocalList':
      return given.updateType === 'Full' ? 'list' : undefined
    default:
      return undefined
  }
}

/** Keys by which a charge point can lose its way home. */
const ACCESS_KEYS = /^(AuthorizationKey|SecurityProfile|CpoName|.*Url.*|.*Backend.*|.*CentralSystem.*)$/i
