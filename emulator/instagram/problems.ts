/** Instagram's own refusals, each in its real shape (docs/networks/instagram.md, errors). */
import { GraphRefusal, graphError } from "../meta/errors.ts";

interface Problem {
  readonly code: number;
  readonly subcode?: number;
  /** The message for developers. */
  readonly message: string;
  /** The message for people. */
  readonly words?: string;
}

const problems = {
  "download-timeout": ofPublishing(-2, 2207003, "Timeout", "It takes too long to download the media."),
  "media-expired": ofPublishing(-2, 2207020, "Media expired", "The media that you want has expired."),
  "server-error": ofPublishing(-1, 2207001, "Server error", "Instagram server error. Try again."),
  "creation-failed": ofPublishing(-1, 2207032, "Create media fail", "Failed to create a media container."),
  "upload-error": ofPublishing(-1, 2207053, "Unknown upload error", "An error occurred in the upload."),
  "thumbnail-offset": ofPublishing(1, 2207057, "Invalid thumbnail", "It must lie within the video."),
  "action-blocked": ofPublishing(
    4,
    2207051,
    "Application request limit reached",
    "We restrict certain activity to protect our community. Tell us if you think we made a mistake.",
  ),
  "daily-limit": ofPublishing(9, 2207042, "Application request limit reached", "No more posts today."),
  "media-not-found": ofPublishing(24, 2207006, "Media not found", "The media with this id cannot be found."),
  "container-gone": ofPublishing(24, 2207008, "Media builder not found", "It does not exist or expired."),
  "account-restricted": ofPublishing(
    25,
    2207050,
    "Account restricted",
    "The Instagram account is inactive, checkpointed or restricted.",
  ),
  "unknown-media-type": ofPublishing(100, 2207023, "Invalid parameter", "The media type is unknown."),
  "carousel-size": ofPublishing(100, 2207028, "Invalid parameter", "A carousel has 2 to 10 items."),
  "product-tag": ofPublishing(100, 2207035, "Invalid parameter", "Videos take no positions of product tags."),
  "product-position": ofPublishing(100, 2207036, "Invalid parameter", "Photos need positions of tags."),
  "product-missing": ofPublishing(100, 2207037, "Invalid parameter", "Not all products can be tagged."),
  "too-many-tags": ofPublishing(100, 2207040, "Invalid parameter", "A post has at most 20 tags."),
  "video-format": ofPublishing(352, 2207026, "Unsupported video format", "Send the video as MOV or MP4."),
  "not-fetched": ofPublishing(
    9004,
    2207052,
    "Only photo or video can be accepted as media type.",
    "The media could not be fetched from this URI.",
  ),
  "not-ready": ofPublishing(9007, 2207027, "Media ID is not available", "The media is not ready yet."),
  "too-large": ofPublishing(36000, 2207004, "The image size is too large.", "It must be less than 8 MiB."),
  "image-format": ofPublishing(36001, 2207005, "The image format is not supported.", "Send a JPEG."),
  "aspect-ratio": ofPublishing(36003, 2207009, "Unsupported aspect ratio", "It must be 4:5 to 1.91:1."),
  "caption-too-long": ofPublishing(
    36004,
    2207010,
    "The caption was too long.",
    "It has at most 2200 characters, 30 hashtags and 20 mentions.",
  ),
  "call-budget": { code: 80002, message: "There have been too many calls to this Instagram account." },
  "app-limit": { code: 4, message: "(#4) Application request limit reached" },
  "user-limit": { code: 17, message: "(#17) User request limit reached" },
  "custom-limit": { code: 613, message: "(#613) Calls to this api have exceeded the rate limit." },
  "not-professional": { code: 10, message: "(#10) The user is not an Instagram Business" },
  "permission-missing": {
    code: 10,
    message: "(#10) Application does not have permission for this action",
  },
  "permission-removed": { code: 200, message: "(#200) Permissions error" },
  "token-missing": { code: 104, message: "An access token is required to request this resource." },
  "token-unreadable": { code: 190, message: "Invalid OAuth access token - Cannot parse access token" },
  "app-removed": { code: 190, subcode: 458, message: "The user has not authorized the application." },
  checkpoint: { code: 190, subcode: 459, message: "The user must sign in and confirm the account." },
  "session-ended": { code: 190, subcode: 460, message: "The session ended: the password was changed." },
  "token-expired": { code: 190, subcode: 463, message: "The session has expired." },
  "session-invalid": { code: 102, message: "Session key invalid or no longer valid" },
  "not-there": {
    code: 100,
    subcode: 33,
    message: "Unsupported get request. It does not exist, or you lack the permission to load it.",
  },
  "delete-unsupported": { code: 100, message: "Unsupported delete request" },
  "unknown-error": { code: 1, message: "An unknown error occurred" },
  "service-down": { code: 2, message: "An unexpected error has occurred. Please retry your request later." },
  "unknown-path": { code: 2500, message: "Unknown path components" },
} as const satisfies Record<string, Problem>;

export type ProblemName = keyof typeof problems;

function ofPublishing(code: number, subcode: number, message: string, words: string): Problem {
  return { code, subcode, message, words };
}

const names: readonly string[] = Object.keys(problems);

export function isProblemName(name: string): name is ProblemName {
  return names.includes(name);
}

export function answerProblem(name: ProblemName): Response {
  const { code, subcode, message, words }: Problem = problems[name];
  return graphError({
    ...{ status: statusOf(code, subcode), code, message },
    ...(name === "not-there" || name === "delete-unsupported" ? { type: "GraphMethodException" } : {}),
    ...(subcode !== undefined && { subcode }),
    ...(words !== undefined && { isTransient: code < 0, userTitle: message, userMessage: words }),
  });
}

/** As seen for each code; clients should not rely on it. */
function statusOf(code: number, subcode: number | undefined): number {
  if (code === 4 || code === 10 || code === 200) return 403;
  return (code === 1 || code === 2) && subcode === undefined ? 500 : 400;
}

/** Thrown by handlers. */
export function refusal(name: ProblemName): GraphRefusal {
  return new GraphRefusal(answerProblem(name));
}

const endings: Readonly<Record<number, ProblemName>> = {
  458: "app-removed",
  459: "checkpoint",
  460: "session-ended",
  463: "token-expired",
};

/** The refusal of a token that the person ended, by subcode of 190. */
export function endedToken(subcode: number): GraphRefusal {
  return refusal(endings[subcode] ?? "token-unreadable");
}

/** Code 100, where only the message names the problem. */
export function invalidParameter(message: string): GraphRefusal {
  return new GraphRefusal(graphError({ status: 400, message: `(#100) ${message}`, code: 100 }));
}
