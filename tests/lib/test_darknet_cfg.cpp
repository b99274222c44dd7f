// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/detect/darknet_cfg.h"

namespace {

const std::string small = "[net]\nwidth=32\nheight=32\nchannels=3\n\n# a comment\n"
                          "[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\nstride=2\npad=1\n"
                          "[convolutional]\ngroups=8\nfilters=8\nsize=3\nstride=1\npad=1\n"
                          "[shortcut]\nfrom=-2\n"
                          "[convolutional]\nfilters=18\nsize=1\n"
                          "[yolo]\nmask = 0,1,2\nanchors = 1,2, 3,4, 5,6\nclasses=1\nnum=3\n";

std::string with(const std::string &text, const std::string &instead)
{
    std::string cfg = small;
    return cfg.replace(cfg.find(text), text.size(), instead);
}

void refuses(const std::string &cfg, const std::string &part)
{
    const std::string error = error_of([&] { fovea::read_darknet_cfg(cfg, {32, 32}); });
    EXPECT_NE(error.find(part), std::string::npos) << error;
}

TEST(DarknetCfg, CountsTheNumbersOfItsLayers)
{
    // 8 filters of 3x3x3 with 4 numbers each, 8 of 3x3 on one channel and 18 of 1x1x8 with a bias each
    EXPECT_EQ(fovea::read_darknet_cfg(small, {32, 32}).parameters,
              8 * 27 + 8 * 4 + 8 * 9 + 8 + 18 * 8 + 18);
}

TEST(DarknetCfg, WhatIsNoNumberInItsRangeIsNamedWithItsLine)
{
    refuses(with("groups=8", "groups=abc"),
            "line 14: 'groups' is 'abc', expected a whole number from 1 to 65536");
    refuses(with("groups=8", "groups=0"), "'groups' is '0'");
    refuses(with("groups=8", "groups=3"), "'groups' is 3, expected a divisor of the layer's 8");
    refuses(with("stride=2", "stride=0"), "'stride' is '0'");
    refuses(with("filters=8", "filters=99999999999999999999"),
            "'filters' is '99999999999999999999'");
    refuses(with("size=3", "size=3x"), "'size' is '3x'");
    refuses(with("from=-2", "from=-4"), "'from' is '-4', expected a whole number from -2 to 1");
    refuses(with("mask = 0,1,2", "mask = 0,1,3"),
            "'mask' is '3', expected a whole number from 0 to 2");
    refuses(with("3,4", "3,nan"), "'anchors' hold 'nan', expected sizes above 0");
    refuses(with(", 5,6", ""), "'anchors' are 4 numbers, expected 6");
    refuses(with("classes=1", "classes=80"), "[yolo] reads 18 channels, expected 255");
}

TEST(DarknetCfg, AnotherFormIsRefused)
{
    refuses("", "begins with [net]");
    refuses("<html>404</html>", "line 1: expected key=value under a [section]");
    refuses(with("[shortcut]", "[lstm]"), "[lstm] is not known, expected net, convolutional");
    refuses(with("[shortcut]", "[shortcut"), "expected [section], got '[shortcut'");
    refuses(with("[shortcut]\nfrom=-2\n", "[route]\nlayers=-1,0,\n"), "'layers' is ''");
    refuses(with("[shortcut]\n", "[shortcut]\nfrom=-1\n"), "'from' stands twice");
    refuses(with("[shortcut]\nfrom=-2\n",
                 "[upsample]\nstride=64\n[upsample]\nstride=64\n[upsample]\nstride=64\n"),
            "[upsample] would give");
}

} // namespace
