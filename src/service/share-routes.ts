/** The routes of sharing: the share page, drafts, results, the calendar and the history. */
import type { Hono } from "hono";
import { showApps } from "../web/apps/apps-page.tsx";
import { findPage } from "../web/begin/find-page.ts";
import { showNewShare } from "../web/begin/new-share.tsx";
import { showCalendar } from "../web/calendar/calendar.tsx";
import { showMove, submitMove } from "../web/calendar/move-share.tsx";
import { submitDraftDeletion, submitDraftReturn } from "../web/drafts/delete-draft.ts";
import { showDrafts } from "../web/drafts/drafts-page.tsx";
import { submitDraft } from "../web/drafts/keep-draft.tsx";
import type { WebEnv } from "../web/guards/context.ts";
import { boundAllFields } from "../web/guards/form-bounds.ts";
import { limited } from "../web/guards/limited.ts";
import { requirePerson } from "../web/guards/sign-in-guard.ts";
import { showScheduled } from "../web/history/coming-up.tsx";
import { showHistory } from "../web/history/history.tsx";
import { exportAsCsv, exportAsJson } from "../web/history/history-export.ts";
import { showRowOutcomes } from "../web/history/row-outcomes.tsx";
import { showCardChecker } from "../web/share/cards/card.tsx";
import { showPage } from "../web/share/cards/share-page.tsx";
import { showPreviews } from "../web/share/cards/share-previews.tsx";
import { showChange, showChangeAccounts, submitChange } from "../web/share/change/change.tsx";
import { showMentions } from "../web/share/message/mentions.tsx";
import { showCounts } from "../web/share/message/share-count.tsx";
import { showChangePictures } from "../web/share/pictures/change-pictures.tsx";
import { serveOwnPicture } from "../web/share/pictures/own-picture.ts";
import { showPictures } from "../web/share/pictures/show-pictures.tsx";
import { submitCancel, submitCancelAll, submitShareNow } from "../web/share/result/acts/cancel.tsx";
import { submitDeletion, submitStopDeleting } from "../web/share/result/acts/delete.tsx";
import { submitAgain, submitThere } from "../web/share/result/acts/resolve.tsx";
import { submitRetry, submitRetryAll } from "../web/share/result/acts/retry.tsx";
import { showShareDetails } from "../web/share/result/share-details.tsx";
import { showOutcomes, showShareResult } from "../web/share/result/share-result.tsx";
import { showShare, showShareAccounts, submitShare } from "../web/share/share.tsx";
import { showServerQuestion, submitServer } from "../web/visitors/server-page.tsx";
import { ID } from "./route-ids.ts";

const draft = limited("draft");

export function addShareRoutes(app: Hono<WebEnv>): void {
  app.get("/social/new/", requirePerson, showNewShare);
  app.get("/social/apps/", requirePerson, showApps);
  app.get("/social/share/", findPage, requirePerson, limited("read"), showShare);
  app.post("/social/share/", requirePerson, submitShare);
  app.get("/social/share/to/:platform/", showServerQuestion);
  app.post("/social/share/to/:platform/", submitServer);
  app.get("/social/share/page/", requirePerson, limited("read"), showPage);
  app.post("/social/share/accounts/", requirePerson, draft, showShareAccounts);
  app.post("/social/share/pictures/", requirePerson, limited("picture"), boundAllFields, showPictures);
  app.get(`/social/pictures/:pictureId${ID}/`, requirePerson, serveOwnPicture);
  app.post("/social/share/count/", requirePerson, draft, showCounts);
  app.post("/social/share/previews/", requirePerson, draft, showPreviews);
  app.get("/social/drafts/", requirePerson, showDrafts);
  app.post("/social/drafts/", requirePerson, draft, submitDraft);
  app.post(`/social/drafts/:draftId${ID}/delete/`, requirePerson, submitDraftDeletion);
  app.post(`/social/drafts/:draftId${ID}/restore/`, requirePerson, submitDraftReturn);
  app.post("/social/share/mentions/", requirePerson, limited("mention"), showMentions);
  app.get("/card", requirePerson, limited("read"), showCardChecker);
  app.get(`/social/share/:requestId${ID}/`, requirePerson, showShareResult);
  app.get(`/social/share/:requestId${ID}/outcomes/`, requirePerson, showOutcomes);
  app.get(`/social/share/:requestId${ID}/edit/`, requirePerson, showChange);
  app.post(`/social/share/:requestId${ID}/edit/`, requirePerson, submitChange);
  app.post(`/social/share/:requestId${ID}/edit/accounts/`, requirePerson, draft, showChangeAccounts);
  app.post(
    `/social/share/:requestId${ID}/edit/pictures/`,
    requirePerson,
    limited("picture"),
    boundAllFields,
    showChangePictures,
  );
  app.get(`/social/share/:requestId${ID}/move/`, requirePerson, showMove);
  app.post(`/social/share/:requestId${ID}/move/`, requirePerson, submitMove);
  app.post(`/social/share/:requestId${ID}/cancel/`, requirePerson, submitCancelAll);
  app.post(`/social/share/:requestId${ID}/retry/`, requirePerson, limited("share"), submitRetryAll);
  app.post(`/social/cancel/:shareId${ID}/`, requirePerson, submitCancel);
  app.post(`/social/now/:shareId${ID}/`, requirePerson, limited("share"), submitShareNow);
  app.post(`/social/resolve/:shareId${ID}/there/`, requirePerson, submitThere);
  app.post(`/social/resolve/:shareId${ID}/again/`, requirePerson, limited("share"), submitAgain);
  app.post(`/social/retry/:shareId${ID}/`, requirePerson, limited("share"), submitRetry);
  app.post(`/social/delete/:shareId${ID}/`, requirePerson, submitDeletion);
  app.post(`/social/delete/:shareId${ID}/stop/`, requirePerson, submitStopDeleting);
  app.get("/social/calendar/", requirePerson, showCalendar);
  app.get("/social/history/", requirePerson, showHistory);
  app.get(`/social/history/:requestId${ID}/accounts/`, requirePerson, showRowOutcomes);
  app.get("/social/scheduled/", requirePerson, showScheduled);
  app.get("/social/history/export.csv", requirePerson, exportAsCsv);
  app.get("/social/history/export.json", requirePerson, exportAsJson);
  app.get(`/social/shares/:shareId${ID}/`, requirePerson, showShareDetails);
}
