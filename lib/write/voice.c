/* voice.c - sentences in a language, with their placeholders; see voice.h */
#include "lib/write/voice.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/mime.h"

#define NAME_MAX 200

const char *
voice_tag(const struct voice *voice)
{
	return voice->language == NULL ? "en" : voice->language;
}

const char *
voice_say(const struct voice *voice, const char *msgid)
{
	return language_say(voice->language, msgid);
}

const char *
voice_count(
    const struct voice *voice, const char *one, const char *many, size_t n)
{
	return language_count(voice->language, one, many, n);
}

/* What stands for the word of n bytes, or NULL. */
static const char *
fill_find(const struct fill *fill, const char *word, size_t n)
{
	for (; fill->word != NULL; fill++)
		if (strlen(fill->word) == n &&
		    strncmp(fill->word, word, n) == 0)
			return fill->text;
	return NULL;
}

char *
voice_fill(TALLOC_CTX *ctx, const char *sentence, const struct fill *fill)
{
	char *out = mem_text(ctx, "");

	while (*sentence != '\0') {
		size_t n = strcspn(sentence, "{"), word;
		const char *text;

		ical_add(&out, sentence, n);
		sentence += n;
		if (*sentence == '\0')
			break;
		word = strcspn(sentence + 1, "}");
		text = fill_find(fill, sentence + 1, word);
		n = 1 + word + (sentence[1 + word] == '}');
		if (text == NULL)
			ical_add(&out, sentence, n);
		else
			ical_add(&out, text, strlen(text));
		sentence += n;
	}
	return out;
}

char *
voice_text(TALLOC_CTX *ctx, const struct voice *voice, const char *msgid,
    const struct fill *fill)
{
	return voice_fill(ctx, voice_say(voice, msgid), fill);
}

char *
voice_name(TALLOC_CTX *ctx, const char *text)
{
	return mime_one_line(ctx, text, NAME_MAX);
}
