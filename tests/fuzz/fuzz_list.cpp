// SPDX-License-Identifier: MIT
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/lists/list_split.h"
#include "targets.h"

/* The first byte says which form the file's name promises, and whether its clips have many labels. */
void fuzz_list(std::string_view input)
{
    if (input.empty())
        return;
    const auto choice = static_cast<unsigned char>(input[0]);
    const char *const names[] = {"list.csv", "list.json", "list.txt"};
    const std::string file = as_file(input.substr(1), names[choice % 3]);
    fovea::ListOptions options;
    options.check_files = false;
    options.many_labels = (choice & 0x80U) != 0;
    expect_read_or_refused([&] {
        fovea::ClipList list = fovea::read_clip_list(file, options);
        fovea::make_split(&list, {});
    });
}
