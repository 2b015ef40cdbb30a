ALTER TABLE "share_attempts" ADD COLUMN "error_told" jsonb;--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "error_told" jsonb;--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "error_told" jsonb;