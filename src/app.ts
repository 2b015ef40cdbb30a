/** The table of all routes. */
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { showHealth, showReadiness } from "./api/health.ts";
import { showPageShares } from "./api/pages.ts";
import { showReach } from "./api/reach.ts";
import type { Runtime } from "./runtime.ts";
import { showAccount, submitPreferences } from "./web/account/account.tsx";
import { sendData, showLeaving, submitLeaving } from "./web/account/leave.tsx";
import { sendPasskeyOptions, submitPasskey, submitPasskeyRemoval } from "./web/account/passkeys.ts";
import { submitPasswordChange } from "./web/account/password.ts";
import { confirmMailChange, showMailChange, submitMailChange, submitName } from "./web/account/profile.tsx";
import {
  beginCodes,
  confirmCodes,
  endCodes,
  renewCodes,
  showSecondFactor,
} from "./web/account/second-factor.tsx";
import { submitSessionEnd, submitSignOutEverywhere } from "./web/account/sessions.ts";
import { showAccounts, showHome } from "./web/accounts.tsx";
import { showAudit } from "./web/admin/audit.tsx";
import { showNetwork, submitTest } from "./web/admin/network.tsx";
import {
  showPeople,
  submitBlock,
  submitInvitation,
  submitInvitationEnd,
  submitRole,
  submitSecondFactorRemoval,
  submitUnblock,
} from "./web/admin/people.tsx";
import { showSettings, submitLook, submitRules } from "./web/admin/settings.tsx";
import { showChecks, showSetup } from "./web/admin/setup.tsx";
import { showState } from "./web/admin/state.tsx";
import { showWelcome, submitWelcome } from "./web/admin/welcome.tsx";
import { serveAsset, serveButton } from "./web/assets.ts";
import { showCallback } from "./web/callback.tsx";
import { submitCancel, submitCancelAll, submitShareNow } from "./web/cancel.tsx";
import { showCardChecker } from "./web/card.tsx";
import { showChoice, submitChoice } from "./web/choose.tsx";
import { completePath } from "./web/complete-path.ts";
import { showConnect } from "./web/connect.tsx";
import type { WebEnv } from "./web/context.ts";
import { submitDeletion } from "./web/delete.tsx";
import { submitDisconnect } from "./web/disconnect.tsx";
import { showFailure, showNotFound } from "./web/errors.tsx";
import { createShareButton } from "./web/fragments/share-button.ts";
import { submitGroup, submitGroupDeletion } from "./web/groups.tsx";
import { showHistory } from "./web/history.tsx";
import { exportAsCsv, exportAsJson } from "./web/history-export.ts";
import { logout, showLogin, submitLogin } from "./web/login.tsx";
import { serveAccent, serveLogo } from "./web/look.ts";
import { showDeletion, takeDeauthorization, takeDeletionRequest } from "./web/owner-calls.tsx";
import {
  showNewPassword,
  showPasswordReset,
  submitNewPassword,
  submitPasswordReset,
} from "./web/password-reset.tsx";
import { servePicture } from "./web/pictures.ts";
import { servePreview } from "./web/previews.ts";
import { submitAgain, submitThere } from "./web/resolve.tsx";
import { submitRetry } from "./web/retry.tsx";
import { showChange, submitChange } from "./web/scheduled.tsx";
import { boundBodies, refuseForeignForms, secureHeaders } from "./web/security.ts";
import { showShare, submitShare } from "./web/share.tsx";
import { showCounts } from "./web/share-count.tsx";
import { showShareDetails } from "./web/share-details.tsx";
import { showPage } from "./web/share-page.tsx";
import { showPreviews } from "./web/share-previews.tsx";
import { showOutcomes, showShareResult } from "./web/share-result.tsx";
import { showCode, submitCode } from "./web/sign-in-code.tsx";
import { requireOperator, requirePerson } from "./web/sign-in-guard.ts";
import { confirmSignInLink, showSignInLink, submitSignInLink } from "./web/sign-in-link.tsx";
import { sendSignInOptions, submitPasskeySignIn } from "./web/sign-in-passkey.ts";
import { showProvider, showProviderCallback } from "./web/sign-in-provider.ts";
import { showSignUp, submitSignUp } from "./web/sign-up.tsx";
import { submitVerification } from "./web/verify.tsx";

/** Ids are UUIDs; anything else is not found before it reaches the database. */
const ID = "{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}";

/** All that a process answers that only delivers. */
export function createHealthListener(runtime: Runtime): RequestListener {
  return getRequestListener(createHealthApp(runtime).fetch);
}

function createHealthApp(runtime: Runtime): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  app.use(async (c, next) => {
    c.set("runtime", runtime);
    await next();
  });
  app.get("/healthz", showHealth);
  app.get("/readyz", showReadiness);
  return app;
}

/** All that a process answers that shows pages. */
export function createListener(runtime: Runtime): RequestListener {
  const answerShareButton = createShareButton(runtime.config);
  const answer = getRequestListener(createApp(runtime).fetch);
  return (request, response) => {
    if (!answerShareButton(request, response)) void answer(request, response);
  };
}

function createApp(runtime: Runtime): Hono<WebEnv> {
  const app = createHealthApp(runtime);
  app.use(compress(), secureHeaders, refuseForeignForms, boundBodies, completePath);

  app.get("/assets/:hash/:name", serveAsset);
  app.get("/look/:hash/accent.css", serveAccent);
  app.get("/look/:hash/logo.png", serveLogo);
  app.get("/reach/:challenge", showReach);
  app.get("/button.js", serveButton);
  app.get("/api/v1/pages", showPageShares);
  app.get("/pictures/:name", servePicture);
  app.get("/previews/:name", servePreview);
  app.get("/", showHome);

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
  app.get("/login/oidc/", showProvider);
  app.get("/login/oidc/callback/", showProviderCallback);
  app.get("/login/reset/", showPasswordReset);
  app.post("/login/reset/", submitPasswordReset);
  app.get("/login/reset/new/", showNewPassword);
  app.post("/login/reset/new/", submitNewPassword);
  app.get("/sign-up/", showSignUp);
  app.post("/sign-up/", submitSignUp);
  app.get("/account/", requirePerson, showAccount);
  app.post("/account/preferences/", requirePerson, submitPreferences);
  app.post("/account/password/", requirePerson, submitPasswordChange);
  app.post("/account/name/", requirePerson, submitName);
  app.post("/account/mail/", requirePerson, submitMailChange);
  app.get("/account/mail/", requirePerson, showMailChange);
  app.post("/account/mail/confirm/", requirePerson, confirmMailChange);
  app.get("/account/second-factor/", requirePerson, showSecondFactor);
  app.post("/account/second-factor/", requirePerson, beginCodes);
  app.post("/account/second-factor/confirm/", requirePerson, confirmCodes);
  app.post("/account/second-factor/codes/", requirePerson, renewCodes);
  app.post("/account/second-factor/end/", requirePerson, endCodes);
  app.post("/account/passkeys/options/", requirePerson, sendPasskeyOptions);
  app.post("/account/passkeys/", requirePerson, submitPasskey);
  app.post("/account/passkeys/:passkeyId/remove/", requirePerson, submitPasskeyRemoval);
  app.post("/account/sessions/:sessionId/end/", requirePerson, submitSessionEnd);
  app.post("/account/sign-out-everywhere/", requirePerson, submitSignOutEverywhere);
  app.get("/account/data.json", requirePerson, sendData);
  app.get("/account/delete/", requirePerson, showLeaving);
  app.post("/account/delete/", requirePerson, submitLeaving);
  app.get("/admin/", requireOperator, (c) => c.redirect("/admin/setup/"));
  app.get("/admin/welcome/", requireOperator, showWelcome);
  app.post("/admin/welcome/", requireOperator, submitWelcome);
  app.get("/admin/setup/", requireOperator, showSetup);
  app.get("/admin/setup/checks/", requireOperator, showChecks);
  app.get("/admin/setup/:platform/", requireOperator, showNetwork);
  app.post("/admin/setup/:platform/test/", requireOperator, submitTest);
  app.get("/admin/people/", requireOperator, showPeople);
  app.post("/admin/people/", requireOperator, submitInvitation);
  app.post("/admin/people/invitations/:invitationId/end/", requireOperator, submitInvitationEnd);
  app.post("/admin/people/:personId/block/", requireOperator, submitBlock);
  app.post("/admin/people/:personId/unblock/", requireOperator, submitUnblock);
  app.post("/admin/people/:personId/role/", requireOperator, submitRole);
  app.post("/admin/people/:personId/second-factor/", requireOperator, submitSecondFactorRemoval);
  app.get("/admin/state/", requireOperator, showState);
  app.get("/admin/settings/", requireOperator, showSettings);
  app.post("/admin/settings/look/", requireOperator, submitLook);
  app.post("/admin/settings/rules/", requireOperator, submitRules);
  app.get("/admin/audit/", requireOperator, showAudit);

  app.get("/social/", requirePerson, showAccounts);
  app.get("/social/connect/:platform/", requirePerson, showConnect);
  app.get("/social/callback/:platform/", requirePerson, showCallback);
  app.post("/social/callback/:platform/deauthorize/", takeDeauthorization);
  app.post("/social/callback/:platform/delete/", takeDeletionRequest);
  app.get("/social/deletion/:code/", showDeletion);
  app.post("/social/groups/", requirePerson, submitGroup);
  app.post(`/social/groups/:groupId${ID}/delete/`, requirePerson, submitGroupDeletion);
  app.get(`/social/choose/:choiceId${ID}/`, requirePerson, showChoice);
  app.post(`/social/choose/:choiceId${ID}/`, requirePerson, submitChoice);
  app.post(`/social/verify/:id${ID}/`, requirePerson, submitVerification);
  app.post(`/social/disconnect/:id${ID}/`, requirePerson, submitDisconnect);
  app.get("/social/share/", requirePerson, showShare);
  app.post("/social/share/", requirePerson, submitShare);
  app.get("/social/share/page/", requirePerson, showPage);
  app.post("/social/share/count/", requirePerson, showCounts);
  app.post("/social/share/previews/", requirePerson, showPreviews);
  app.get("/card", requirePerson, showCardChecker);
  app.get(`/social/share/:requestId${ID}/`, requirePerson, showShareResult);
  app.get(`/social/share/:requestId${ID}/outcomes/`, requirePerson, showOutcomes);
  app.get(`/social/share/:requestId${ID}/edit/`, requirePerson, showChange);
  app.post(`/social/share/:requestId${ID}/edit/`, requirePerson, submitChange);
  app.post(`/social/share/:requestId${ID}/cancel/`, requirePerson, submitCancelAll);
  app.post(`/social/cancel/:shareId${ID}/`, requirePerson, submitCancel);
  app.post(`/social/now/:shareId${ID}/`, requirePerson, submitShareNow);
  app.post(`/social/resolve/:shareId${ID}/there/`, requirePerson, submitThere);
  app.post(`/social/resolve/:shareId${ID}/again/`, requirePerson, submitAgain);
  app.post(`/social/retry/:shareId${ID}/`, requirePerson, submitRetry);
  app.post(`/social/delete/:shareId${ID}/`, requirePerson, submitDeletion);
  app.get("/social/history/", requirePerson, showHistory);
  app.get("/social/history/export.csv", requirePerson, exportAsCsv);
  app.get("/social/history/export.json", requirePerson, exportAsJson);
  app.get(`/social/shares/:shareId${ID}/`, requirePerson, showShareDetails);

  app.notFound(showNotFound);
  app.onError(showFailure);
  return app;
}
