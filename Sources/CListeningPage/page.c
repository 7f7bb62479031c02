// The table of the page's files. #embed (C23) resolves a quoted name relative to this file.
#include "CListeningPage.h"

#define FILE_OF(name, type, array) {name, type, array, sizeof array}

static const unsigned char html[] = {
#embed "page/index.html"
};
static const unsigned char style[] = {
#embed "page/style.css"
};
static const unsigned char app[] = {
#embed "page/app.js"
};
static const unsigned char views[] = {
#embed "page/views.js"
};
static const unsigned char steps[] = {
#embed "page/steps.js"
};
static const unsigned char form[] = {
#embed "page/form.js"
};
static const unsigned char headphones[] = {
#embed "page/headphones.js"
};
static const unsigned char trial[] = {
#embed "page/trial.js"
};
static const unsigned char answers[] = {
#embed "page/answers.js"
};
static const unsigned char keys[] = {
#embed "page/keys.js"
};
static const unsigned char player[] = {
#embed "page/player.js"
};
static const unsigned char graph[] = {
#embed "page/graph.js"
};
static const unsigned char loader[] = {
#embed "page/loader.js"
};
static const unsigned char requests[] = {
#embed "page/requests.js"
};
static const unsigned char server[] = {
#embed "page/server.js"
};
static const unsigned char returned[] = {
#embed "page/returned.js"
};
static const unsigned char without_server[] = {
#embed "page/static.js"
};
static const unsigned char language[] = {
#embed "page/language.js"
};
static const unsigned char english[] = {
#embed "page/strings/en.js"
};
static const unsigned char german[] = {
#embed "page/strings/de.js"
};
static const unsigned char spanish[] = {
#embed "page/strings/es.js"
};
static const unsigned char french[] = {
#embed "page/strings/fr.js"
};
static const unsigned char chinese[] = {
#embed "page/strings/zh.js"
};
static const unsigned char icon[] = {
#embed "page/icon.svg"
};

#define SCRIPT "text/javascript; charset=utf-8"

static const page_file files[] = {
    FILE_OF("", "text/html; charset=utf-8", html),
    FILE_OF("style.css", "text/css; charset=utf-8", style),
    FILE_OF("app.js", SCRIPT, app),
    FILE_OF("views.js", SCRIPT, views),
    FILE_OF("steps.js", SCRIPT, steps),
    FILE_OF("form.js", SCRIPT, form),
    FILE_OF("headphones.js", SCRIPT, headphones),
    FILE_OF("trial.js", SCRIPT, trial),
    FILE_OF("answers.js", SCRIPT, answers),
    FILE_OF("keys.js", SCRIPT, keys),
    FILE_OF("player.js", SCRIPT, player),
    FILE_OF("graph.js", SCRIPT, graph),
    FILE_OF("loader.js", SCRIPT, loader),
    FILE_OF("requests.js", SCRIPT, requests),
    FILE_OF("server.js", SCRIPT, server),
    FILE_OF("returned.js", SCRIPT, returned),
    FILE_OF("static.js", SCRIPT, without_server),
    FILE_OF("language.js", SCRIPT, language),
    FILE_OF("strings/en.js", SCRIPT, english),
    FILE_OF("strings/de.js", SCRIPT, german),
    FILE_OF("strings/es.js", SCRIPT, spanish),
    FILE_OF("strings/fr.js", SCRIPT, french),
    FILE_OF("strings/zh.js", SCRIPT, chinese),
    FILE_OF("icon.svg", "image/svg+xml", icon),
};

const size_t page_file_count = sizeof files / sizeof *files;

const page_file *page_file_at(size_t index) { return index < page_file_count ? &files[index] : NULL; }
