/** The routes of the operator's pages. */
import type { Hono } from "hono";
import { showAudit } from "../web/admin/audit.tsx";
import {
  showPeople,
  submitBlock,
  submitInvitation,
  submitInvitationEnd,
  submitRole,
  submitSecondFactorRemoval,
  submitUnblock,
} from "../web/admin/people/people.tsx";
import { showSettings, submitLook, submitPrivacy, submitRules } from "../web/admin/settings/settings.tsx";
import { showNetwork, submitTest } from "../web/admin/setup/network.tsx";
import { showChecks, showSetup } from "../web/admin/setup/setup.tsx";
import { showSites } from "../web/admin/sites/sites.tsx";
import { showState } from "../web/admin/state/state.tsx";
import { showWelcome, submitWelcome } from "../web/admin/welcome/welcome.tsx";
import { showWelcomeSites } from "../web/admin/welcome/welcome-sites.tsx";
import type { WebEnv } from "../web/guards/context.ts";
import { boundAllFields } from "../web/guards/form-bounds.ts";
import { requireProof } from "../web/guards/proof-guard.ts";
import { requireOperator } from "../web/guards/sign-in-guard.ts";

const proven = requireProof({ at: "/admin/people/?news=confirmed" });

export function addAdminRoutes(app: Hono<WebEnv>): void {
  app.get("/admin/", requireOperator, (c) => c.redirect("/admin/setup/"));
  app.get("/admin/welcome/", requireOperator, showWelcome);
  app.post("/admin/welcome/", requireOperator, boundAllFields, submitWelcome);
  app.get("/admin/setup/", requireOperator, showSetup);
  app.get("/admin/setup/checks/", requireOperator, showChecks);
  app.get("/admin/setup/:platform/", requireOperator, showNetwork);
  app.post("/admin/setup/:platform/test/", requireOperator, submitTest);
  app.get("/admin/sites/", requireOperator, showSites);
  app.get("/admin/welcome/sites/", requireOperator, showWelcomeSites);
  app.get("/admin/people/", requireOperator, showPeople);
  app.post("/admin/people/", requireOperator, submitInvitation);
  app.post("/admin/people/invitations/:invitationId/end/", requireOperator, submitInvitationEnd);
  app.post("/admin/people/:personId/block/", requireOperator, proven, submitBlock);
  app.post("/admin/people/:personId/unblock/", requireOperator, proven, submitUnblock);
  app.post("/admin/people/:personId/role/", requireOperator, proven, submitRole);
  app.post("/admin/people/:personId/second-factor/", requireOperator, proven, submitSecondFactorRemoval);
  app.get("/admin/state/", requireOperator, showState);
  app.get("/admin/settings/", requireOperator, showSettings);
  app.post("/admin/settings/look/", requireOperator, boundAllFields, submitLook);
  app.post("/admin/settings/rules/", requireOperator, submitRules);
  app.post("/admin/settings/privacy/", requireOperator, submitPrivacy);
  app.get("/admin/audit/", requireOperator, showAudit);
}
