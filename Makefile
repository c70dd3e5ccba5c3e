# Makefile - build, test and install imipd; "make help" lists the targets
#
# Everything that is made lands in $(B).  The set-up step installs what is
# missing by Debian package name, or says which apt line would.

B       ?= build
CC      ?= gcc
# make V=1 shows the commands
Q       := $(if $(V),,@)
say      = $(if $(V),,@echo '  $(1)  $@')
PREFIX  ?= /usr/local

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef -Wvla \
	-Wimplicit-fallthrough -Wnull-dereference
ifdef CI
WARN += -Werror
endif
HARD    := -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection
OPT     ?= -O2 -g
SAN     ?=
DEFS    := -std=c11 -D_POSIX_C_SOURCE=200809L -DIMIPD_LIBEXEC=$(PREFIX)/libexec/imipd -I.
LIBS    := gmime-3.0 libcurl sqlite3 talloc inih jansson libidn2
CFLAGS  += $(DEFS) $(WARN) $(OPT) $(if $(SAN),$(SAN),$(HARD)) -fno-common -fPIE
LDFLAGS += -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed $(SAN)
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
# the judge of our own reading and writing, in tests only
TEST_LIBS  = $(shell pkg-config --libs libical libytnef 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(LIBS) 2>/dev/null)

# imip-enqueue starts twice as fast with musl; glibc serves where it is absent
MUSL    := $(if $(SAN),,$(shell command -v musl-gcc 2>/dev/null))

SPOOL_SRC := $(wildcard spool/lib/*.c) lib/base/res.c lib/base/io.c
LIB_SRC   := $(wildcard lib/*/*.c lib/*/*/*.c)
PROGRAMS  := imip-processor imip-reader imip-tnef imip-publisher imip-spool imip-admin
DIR_imip-processor := processor
DIR_imip-reader    := reader
DIR_imip-tnef      := tnef
DIR_imip-publisher := publisher
DIR_imip-spool     := spool
DIR_imip-admin     := admin
UNIT_SRC  := $(wildcard tests/unit/*.c)
UNIT      := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/unit/%)
HELPER_SRC := $(wildcard tests/helpers/*.c)
HELPERS   := $(HELPER_SRC:tests/helpers/%.c=$(B)/tests/%)
ALL_SRC   := $(shell git ls-files -co --exclude-standard '*.c' 2>/dev/null || find . -name '*.c')
ALL_HDR   := $(shell git ls-files -co --exclude-standard '*.h' 2>/dev/null || find . -name '*.h')
MANPAGES  := $(wildcard */*.[1-9])
PO        := $(wildcard po/*.po)
MO        := $(PO:po/%.po=$(B)/locale/%/LC_MESSAGES/imipd.mo)

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
SPOOL_OBJ := $(call obj,$(SPOOL_SRC))
LIB_OBJ   := $(call obj,$(LIB_SRC))

all: $(B)/imip-enqueue $(PROGRAMS:%=$(B)/%) $(MO)

help:
	@echo 'all      the programs, in $(B)/'
	@echo 'demo     set up, build, and book three rooms before your eyes'
	@echo 'check    set up, build, run every test'
	@echo 'bench    print ratios, see tests/bench/README.md'
	@echo 'asan     run the tests under ASan and UBSan'
	@echo 'fuzz     run each fuzz target for TIME seconds (default 300)'
	@echo 'lint     format, gcc -fanalyzer, cppcheck, mandoc, layers, headers'
	@echo 'metrics  sizes of functions and files'
	@echo 'headers  compile each header alone'
	@echo 'po       take new sentences into po/'
	@echo 'install  into DESTDIR, PREFIX'
	@echo 'clean    remove $(B)/'

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  )
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/locale/%/LC_MESSAGES/imipd.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MO  )
	$(Q)msgfmt --check-format -o $@ $<

$(B)/libspool.a: $(SPOOL_OBJ)
	@rm -f $@
	$(call say,AR  )
	$(Q)ar rcs $@ $^

$(B)/libimip.a: $(LIB_OBJ) $(call obj,$(wildcard spool/lib/*.c))
	@rm -f $@
	$(call say,AR  )
	$(Q)ar rcs $@ $^

define program
$(B)/$(1): $(call obj,$(wildcard $(DIR_$(1))/*.c)) $(B)/libimip.a
	$$(call say,LINK)
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(PKG_LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# static, libc only: a dynamic loader that fails makes the mail bounce
ENQUEUE_SRC := $(wildcard enqueue/*.c) $(SPOOL_SRC)
ifneq ($(MUSL),)
$(B)/obj/musl/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  )
	$(Q)musl-gcc $(DEFS) $(WARN) $(OPT) -fstack-protector-strong -fno-common \
	    -MMD -MP -c -o $@ $<
$(B)/imip-enqueue: $(patsubst %.c,$(B)/obj/musl/%.o,$(ENQUEUE_SRC))
	$(call say,LINK)
	$(Q)musl-gcc -static -Wl,-z,relro -Wl,-z,now -o $@ $^
else ifneq ($(SAN),)
$(B)/imip-enqueue: $(call obj,$(ENQUEUE_SRC))
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
else
$(B)/imip-enqueue: $(call obj,$(ENQUEUE_SRC))
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) -static-pie -Wl,-z,relro -Wl,-z,now -o $@ $^
endif

$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(B)/libimip.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka \
	    $(TEST_LIBS) $(PKG_LIBS)

$(B)/tests/%: $(B)/obj/tests/helpers/%.o $(B)/libimip.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
	    $(PKG_LIBS)

$(B)/tests/worker: $(call obj,$(filter-out processor/main.c,$(wildcard processor/*.c)))

programs-for-tests: all $(UNIT) $(HELPERS)

setup-build:
	@conf/setup build
setup-check:
	@conf/setup check
setup-lint:
	@conf/setup lint

# A second make, since pkg-config and musl-gcc may be new since this one read
# the lines above.
demo: setup-build
	@$(MAKE) --no-print-directory -s all
	@tests/demo/run $(B)

check: setup-check
	@$(MAKE) --no-print-directory programs-for-tests
	@tests/run $(B)

asan:
	@$(MAKE) --no-print-directory B=build/asan programs-for-tests \
	    OPT='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined'
	@ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 \
	    tests/run build/asan sanitized

bench: setup-check
	@$(MAKE) --no-print-directory programs-for-tests
	@tests/bench/run $(B)

lint: setup-lint
	@CC='$(CC)' CFLAGS='$(DEFS) $(WARN)' PKG_CFLAGS='$(PKG_CFLAGS)' \
	    tests/lint $(ALL_SRC) $(ALL_HDR) $(MANPAGES)

layers:
	@tests/layers

headers:
	@for h in $(ALL_HDR); do \
	    printf '#include "%s"\nextern int x;\n' "$$h" | \
	    $(CC) $(DEFS) $(WARN) -Werror $(PKG_CFLAGS) -x c -fsyntax-only - || exit 1; done
	@echo 'headers: each compiles alone'

metrics:
	@tests/metrics $(ALL_SRC) $(ALL_HDR)

fuzz: setup-lint
	@tests/fuzz/run $(or $(TIME),300)

install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/libexec/imipd \
	    $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7 \
	    $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 755 $(B)/imip-enqueue $(B)/imip-processor \
	    $(B)/imip-publisher $(B)/imip-spool $(B)/imip-admin \
	    $(DESTDIR)$(PREFIX)/sbin
	install -m 755 $(B)/imip-reader $(B)/imip-tnef \
	    $(DESTDIR)$(PREFIX)/libexec/imipd
	for m in $(wildcard */*.5); do install -m 644 $$m \
	    $(DESTDIR)$(PREFIX)/share/man/man5; done
	for m in $(wildcard */*.7); do install -m 644 $$m \
	    $(DESTDIR)$(PREFIX)/share/man/man7; done
	for m in $(wildcard */*.8); do install -m 644 $$m \
	    $(DESTDIR)$(PREFIX)/share/man/man8; done
	for l in $(PO:po/%.po=%); do \
	    install -d $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES && \
	    install -m 644 $(B)/locale/$$l/LC_MESSAGES/imipd.mo \
	    $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES || exit 1; done

clean:
	rm -rf $(B)

# the sentences of lib/write as they are now, for translators
po:
	@po/update

# for scripts that compile a single file the way the Makefile does
print-cflags:
	@echo '$(CFLAGS) $(PKG_CFLAGS)'
print-ldflags:
	@echo '$(LDFLAGS) $(PKG_LIBS)'

.PHONY: all help demo check asan bench lint layers headers metrics fuzz \
	install clean print-cflags print-ldflags setup-build setup-check \
	setup-lint programs-for-tests po
.SECONDARY:

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
