/* decision.c - the words of a decision, see decision.h */
#include "lib/facts/decision.h"

const char *
verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_ACCEPT:
		return "accept";
	case VERDICT_DECLINE:
		return "decline";
	case VERDICT_CANCEL:
		return "cancel";
	case VERDICT_REPEAT:
		return "repeat";
	case VERDICT_KEEP:
		return "keep";
	case VERDICT_IGNORE:
		return "ignore";
	case VERDICT_HOLD:
		return "hold";
	}
	return "?";
}
