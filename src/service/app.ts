/** The table of all routes. */
import type { RequestListener } from "node:http";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { showClientDocument } from "../api/client-document.ts";
import { showHealth, showReadiness } from "../api/health.ts";
import { mayBeProxied, showMetrics } from "../api/metrics.ts";
import { showPageShares } from "../api/pages.ts";
import { showReach } from "../api/reach.ts";
import { showSecurityContact } from "../api/security-contact.ts";
import { showWebfinger } from "../api/webfinger.ts";
import { showAccount, submitPreferences } from "../web/account/account.tsx";
import { showConfirmation, submitConfirmation } from "../web/account/confirm.tsx";
import { showDeparture, showDepartureProgress } from "../web/account/departure.tsx";
import { showHashtags, submitHashtags, submitHashtagsDeletion } from "../web/account/hashtags.tsx";
import { sendData, showLeaving, submitLeaving } from "../web/account/leave.tsx";
import { sendPasskeyOptions, submitPasskey, submitPasskeyRemoval } from "../web/account/passkeys.ts";
import { submitPasswordChange } from "../web/account/password.ts";
import { confirmMailChange, showMailChange, submitMailChange, submitName } from "../web/account/profile.tsx";
import {
  beginCodes,
  confirmCodes,
  endCodes,
  renewCodes,
  showSecondFactor,
} from "../web/account/second-factor.tsx";
import { submitSessionEnd, submitSignOutEverywhere } from "../web/account/sessions.ts";
import { serveAppIcon, serveManifest } from "../web/apps/app-manifest.ts";
import { showOffline } from "../web/apps/offline-page.tsx";
import { serveServiceWorker } from "../web/apps/service-worker.ts";
import { serveAsset, serveButton } from "../web/assets.ts";
import { showAccountPage } from "../web/connections/account-page.tsx";
import { showAccounts, showHome } from "../web/connections/accounts.tsx";
import { showCallback } from "../web/connections/callback.tsx";
import { showChoice, showFoundCandidates, submitChoice } from "../web/connections/choice/choose.tsx";
import { showConnect, submitConnect } from "../web/connections/connect.tsx";
import { submitDisconnect } from "../web/connections/disconnect.tsx";
import {
  showGroup,
  showGroupAccounts,
  submitGroup,
  submitGroupDeletion,
} from "../web/connections/groups/groups.tsx";
import { showPlan, submitPlan, submitPlanRemoval } from "../web/connections/groups/plan-forms.tsx";
import { showDeletion, takeDeauthorization, takeDeletionRequest } from "../web/connections/owner-calls.tsx";
import {
  previewAccountTemplate,
  previewGroupTemplate,
  submitAccountTemplate,
  submitGroupTemplate,
} from "../web/connections/templates/template.ts";
import { submitVerification } from "../web/connections/verify.tsx";
import { serveButtonWays } from "../web/fragments/button-ways.ts";
import { serveAccent, serveLogo } from "../web/frame/branding.ts";
import { showFailure, showNotFound } from "../web/frame/errors.tsx";
import { completePath } from "../web/guards/complete-path.ts";
import type { WebEnv } from "../web/guards/context.ts";
import { boundBodies, boundFields } from "../web/guards/form-bounds.ts";
import { refuseBrokenForms, refuseUnreadablePaths } from "../web/guards/input.ts";
import { limited } from "../web/guards/limited.ts";
import { listen, listenWithButton, recordRoute } from "../web/guards/listen.ts";
import { refusePrefetch } from "../web/guards/own-press.ts";
import { requireProof, requireProofWithoutPassword } from "../web/guards/proof-guard.ts";
import { refuseForeignForms, secureHeaders } from "../web/guards/security.ts";
import { requirePerson } from "../web/guards/sign-in-guard.ts";
import { boundAddress } from "../web/guards/too-long.ts";
import { submitZone } from "../web/guards/zone.ts";
import { showPrivacy } from "../web/privacy/privacy.tsx";
import { serveHostedPicture } from "../web/share/cards/hosted-pictures.ts";
import { servePagePicture } from "../web/share/cards/page-pictures.ts";
import { logout, showLogin, submitLogin } from "../web/sign-in/login.tsx";
import { showNewPassword, submitNewPassword } from "../web/sign-in/new-password.tsx";
import { showPasswordReset, submitPasswordReset } from "../web/sign-in/password-reset.tsx";
import { showCode, submitCode } from "../web/sign-in/sign-in-code.tsx";
import { confirmSignInLink, showSignInLink, submitSignInLink } from "../web/sign-in/sign-in-link.tsx";
import { sendSignInOptions, submitPasskeySignIn } from "../web/sign-in/sign-in-passkey.ts";
import { showProvider, showProviderCallback, submitProvider } from "../web/sign-in/sign-in-provider.tsx";
import { showSignUp, submitSignUp } from "../web/sign-in/sign-up.tsx";
import { addAdminRoutes } from "./admin-routes.ts";
import { ID, NEW_OR_ID } from "./route-ids.ts";
import type { Runtime } from "./runtime.ts";
import { addShareRoutes } from "./share-routes.ts";

/** Identifies one server of a network that has many: see connections/oauth/authorize.ts. */
const ISSUER = "{[0-9a-f]{32}}";
/** Where a person continues after confirming their identity. */
const account = { at: "/account/?news=confirmed" };
const secondFactor = { at: "/account/second-factor/" };
const leaving = { at: "/account/delete/", keeps: ["email"] };

const draft = limited("draft");

/** The routes of a process that only delivers. */
export function createHealthListener(runtime: Runtime): RequestListener {
  return listen(runtime, createHealthApp(runtime, false));
}

/** @param isProxied whether a reverse proxy may be in front of the port */
function createHealthApp(runtime: Runtime, isProxied: boolean): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  app.use(async (c, next) => {
    c.set("runtime", runtime);
    await next();
    recordRoute(c);
  });
  app.get("/healthz", showHealth);
  app.get("/readyz", showReadiness);
  app.get("/metrics", showMetrics(isProxied));
  return app;
}

/** The routes of a process that shows pages. */
export function createListener(runtime: Runtime): RequestListener {
  return listenWithButton(runtime, createApp(runtime));
}

export function createApp(runtime: Runtime): Hono<WebEnv> {
  const app = createHealthApp(runtime, mayBeProxied(runtime));
  app.use(compress(), secureHeaders, boundAddress, refuseForeignForms, refuseUnreadablePaths);
  app.use(refuseBrokenForms, boundBodies, boundFields, completePath);

  app.get("/assets/:hash/:name", serveAsset);
  app.get("/look/:hash/accent.css", serveAccent);
  app.get("/look/:hash/logo.png", serveLogo);
  app.get("/look/:hash/:icon", serveAppIcon);
  app.get("/app.webmanifest", serveManifest);
  app.get("/service-worker.js", serveServiceWorker);
  app.get("/offline/", showOffline);
  app.get("/reach/:challenge", showReach);
  app.get("/.well-known/webfinger", showWebfinger);
  app.get("/.well-known/security.txt", showSecurityContact);
  app.get("/button.js", serveButton);
  app.get("/button-ways.js", serveButtonWays);
  app.get("/api/v1/pages", showPageShares);
  app.get("/social/apps/:platform/:document", showClientDocument);
  app.get("/pictures/:name", serveHostedPicture);
  app.get("/previews/:name", servePagePicture);
  app.get("/privacy/", showPrivacy);
  app.get("/", showHome);

  app.post("/zone/", submitZone);
  app.get("/login/", showLogin);
  app.post("/login/", submitLogin);
  app.post("/logout/", logout);
  app.post("/login/link/", submitSignInLink);
  app.get("/login/link/", showSignInLink);
  app.post("/login/link/confirm/", confirmSignInLink);
  app.get("/login/code/", showCode);
  app.post("/login/code/", submitCode);
  app.post("/login/passkey/options/", sendSignInOptions);
  app.post("/login/passkey/", submitPasskeySignIn);
  app.get("/login/oidc/", refusePrefetch, showProvider);
  app.post("/login/oidc/", submitProvider);
  app.get("/login/oidc/callback/", refusePrefetch, showProviderCallback);
  app.get("/login/reset/", showPasswordReset);
  app.post("/login/reset/", submitPasswordReset);
  app.get("/login/reset/new/", showNewPassword);
  app.post("/login/reset/new/", submitNewPassword);
  app.get("/sign-up/", showSignUp);
  app.post("/sign-up/", submitSignUp);
  app.get("/account/", requirePerson, showAccount);
  app.get("/account/hashtags/", requirePerson, showHashtags);
  app.post("/account/hashtags/", requirePerson, submitHashtags);
  app.post(`/account/hashtags/:setId${ID}/delete/`, requirePerson, submitHashtagsDeletion);
  app.post("/account/preferences/", requirePerson, submitPreferences);
  app.post("/account/password/", requirePerson, submitPasswordChange);
  app.post("/account/name/", requirePerson, submitName);
  app.post("/account/mail/", requirePerson, requireProof({ ...account, keeps: ["email"] }), submitMailChange);
  app.get("/account/mail/", requirePerson, showMailChange);
  app.post("/account/mail/confirm/", requirePerson, confirmMailChange);
  app.get("/account/confirm/", requirePerson, showConfirmation);
  app.post("/account/confirm/", requirePerson, submitConfirmation);
  app.get(
    "/account/second-factor/",
    requirePerson,
    requireProofWithoutPassword(secondFactor),
    showSecondFactor,
  );
  app.post("/account/second-factor/", requirePerson, requireProofWithoutPassword(secondFactor), beginCodes);
  app.post("/account/second-factor/confirm/", requirePerson, confirmCodes);
  app.post("/account/second-factor/codes/", requirePerson, requireProof(account), renewCodes);
  app.post("/account/second-factor/end/", requirePerson, requireProof(account), endCodes);
  app.post(
    "/account/passkeys/options/",
    requirePerson,
    requireProof({ ...account, keeps: ["name"] }),
    sendPasskeyOptions,
  );
  app.post("/account/passkeys/", requirePerson, submitPasskey);
  app.post(
    "/account/passkeys/:passkeyId/remove/",
    requirePerson,
    requireProof(account),
    submitPasskeyRemoval,
  );
  app.post("/account/sessions/:sessionId/end/", requirePerson, submitSessionEnd);
  app.post("/account/sign-out-everywhere/", requirePerson, submitSignOutEverywhere);
  app.get("/account/data.json", requirePerson, requireProof(account), sendData);
  app.get("/account/delete/", requirePerson, requireProof(leaving), showLeaving);
  app.post("/account/delete/", requirePerson, requireProof(leaving), submitLeaving);
  app.get("/left/:secret/", showDeparture);
  app.get("/left/:secret/progress/", showDepartureProgress);
  addAdminRoutes(app);

  app.get("/social/", requirePerson, showAccounts);
  app.get("/social/connect/:platform/", refusePrefetch, requirePerson, showConnect);
  app.post("/social/connect/:platform/", requirePerson, submitConnect);
  app.get("/social/callback/:platform/", refusePrefetch, requirePerson, showCallback);
  app.get(`/social/callback/:platform/:issuerKey${ISSUER}/`, refusePrefetch, requirePerson, showCallback);
  app.post("/social/callback/:platform/deauthorize/", takeDeauthorization);
  app.post("/social/callback/:platform/delete/", takeDeletionRequest);
  app.get("/social/deletion/:code/", showDeletion);
  app.get(`/social/accounts/:id${ID}/`, requirePerson, (c) => showAccountPage(c));
  app.post(`/social/accounts/:id${ID}/template/`, requirePerson, submitAccountTemplate);
  app.post(`/social/accounts/:id${ID}/template/preview/`, requirePerson, draft, previewAccountTemplate);
  app.post("/social/groups/", requirePerson, submitGroup);
  app.get(`/social/groups/:groupId${NEW_OR_ID}/`, requirePerson, (c) => showGroup(c));
  app.post(`/social/groups/:groupId${ID}/`, requirePerson, submitGroup);
  app.post(`/social/groups/:groupId${NEW_OR_ID}/accounts/`, requirePerson, showGroupAccounts);
  app.post(`/social/groups/:groupId${ID}/delete/`, requirePerson, submitGroupDeletion);
  app.post(`/social/groups/:groupId${ID}/template/`, requirePerson, submitGroupTemplate);
  app.post(`/social/groups/:groupId${ID}/template/preview/`, requirePerson, draft, previewGroupTemplate);
  app.post(`/social/groups/:groupId${ID}/plan/`, requirePerson, submitPlan);
  app.post(`/social/groups/:groupId${ID}/plan/remove/`, requirePerson, submitPlanRemoval);
  app.get("/social/plan/", requirePerson, showPlan);
  app.post("/social/plan/", requirePerson, submitPlan);
  app.post("/social/plan/remove/", requirePerson, submitPlanRemoval);
  app.get(`/social/choose/:choiceId${ID}/`, requirePerson, showChoice);
  app.post(`/social/choose/:choiceId${ID}/`, requirePerson, submitChoice);
  app.post(`/social/choose/:choiceId${ID}/accounts/`, requirePerson, showFoundCandidates);
  app.post(`/social/verify/:id${ID}/`, requirePerson, limited("connect"), submitVerification);
  app.post(`/social/disconnect/:id${ID}/`, requirePerson, submitDisconnect);
  addShareRoutes(app);

  app.notFound(showNotFound);
  app.onError(showFailure);
  return app;
}
