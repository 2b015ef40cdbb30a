/** Ids in the paths of routes are UUIDs. Anything else gets a 404 without a database query. */
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

export const ID = `{${UUID}}`;
export const NEW_OR_ID = `{(?:new|${UUID})}`;
