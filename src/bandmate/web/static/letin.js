// A device that is let in no longer is shown the way in, not a service that seems to be away.

export async function askWhetherLetIn() {
  const answer = await fetch("health").catch(() => null);
  if (answer?.status === 401) location.assign("enter");
}
