const PLAIN_DETAIL = 'Over ws:// only where the deployment lets plain connections in.'

export default {
  about: {
    title: 'About',
    what: 'Busbar, a central system for charge points that speak OCPP 1.6J.',
    versions: 'Versions',
    version: 'API',
    ocpp: 'OCPP',
    ocppVersion: '1.6J, with the security whitepaper',
    openapi: 'OpenAPI',
    licence: 'Licence',
    endpoints: 'Addresses',
    api: 'Operator API',
    stations: 'Charge points',
    issuer: 'Sign-in (OpenID Connect issuer)',
    docs: 'Documentation of the API',
    docsLink: 'Read and try it',
    connect: 'Connect a charge point',
    connectDescription:
      'Give a station the address without its identity first: most add it by themselves. If that fails, give it the whole.',
    identity: 'Identity',
    identityHint: 'As it is registered here. Up to 48 characters, no colon.',
    profile: 'Security profile {{securityProfile}}',
    profiles: {
      profile0: {
        title: 'no security',
        detail: `Whoever knows the identity is let in. ${PLAIN_DETAIL}`,
        absent: '',
      },
      profile1: {
        title: 'password, not encrypted',
        detail: `The password is the AuthorizationKey, the identity the user name. ${PLAIN_DETAIL}`,
        absent: '',
      },
      profile2: {
        title: 'password within TLS',
        detail: 'As profile 1, over wss://. Take this one unless the station cannot.',
        absent: 'Not on this address: it has no TLS.',
      },
      profile3: {
        title: 'certificate within TLS',
        detail: 'The station shows a certificate of your authority. No password is needed.',
        absent: 'On an address of its own: CertificateStationUrl among the outputs of the deployment.',
      },
    },
    subprotocol:
      'The subprotocol is ocpp1.6. Stations that dial in under an identity nobody knows wait in the',
    inbox: 'inbox',
    you: 'You',
    name: 'Signed in as',
    role: 'Role',
    may: 'You may',
    roles: {
      viewer: 'read everything but the audit log and webhooks',
      operator: 'read, send commands, run tasks and reserve',
      administrator: 'do everything',
      none: 'do nothing yet: an administrator has to give you a role',
    },
  },
}
