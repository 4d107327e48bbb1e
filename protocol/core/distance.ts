/** A point on the earth: degrees, WGS 84; north and east are positive. */
export interface Place {
  latitude: number;
  longitude: number;
}

const earthRadiusM = 6_371_000;

/** Over the ground, in metres (haversine, on a sphere: half a per cent at most beside the ellipsoid). */
export function distanceM(from: Place, to: Place): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const north = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const east = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const half = north + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * east;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(half)));
}
