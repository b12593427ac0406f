/** The package's index warns of Node 20 on the console; the class itself runs on it. */
declare module 'oidc-provider/lib/provider.js' {
  export { Provider } from 'oidc-provider'
}
