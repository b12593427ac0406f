/** No charge point has more connectors; a number beyond is a fault of the station's, and gets no place in the live record. */
const CONNECTOR_MAX = 255

/** 0 is the charge point itself (§7, ConnectorId). */
export function isConnector(connectorId: number | undefined): connectorId is number {
  return (
    connectorId !== undefined &&
    Number.isInteger(connectorId) &&
    connectorId >= 0 &&
    connectorId <= CONNECTOR_MAX
  )
}
