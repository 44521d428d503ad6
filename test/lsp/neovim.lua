-- Neovim, without a screen: opens a document, reads what is said, edits, hovers, applies the fix, writes the file.
-- Run by neovim.test.ts with CLI (the command line of whygrad), FILE and OUT in the environment.
local out = io.open(os.getenv('OUT'), 'w')
local function say(name, value) out:write(vim.json and vim.json.encode({ name, value }) or vim.fn.json_encode({ name, value }), '\n') end
vim.cmd('edit ' .. os.getenv('FILE'))
local client = vim.lsp.start_client({ name = 'whygrad', cmd = { os.getenv('NODE'), os.getenv('CLI'), 'lsp', '--stdio' }, root_dir = '.' })
vim.lsp.buf_attach_client(0, client)
local function diagnostics()
  local all = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, false)[1]
    table.insert(all, { d.lnum + 1, line:sub(d.col + 1, d.end_col), d.message })
  end
  return all
end
vim.wait(20000, function() return #vim.diagnostic.get(0) == 1 end, 20)
say('opened', diagnostics())
-- One character: the claim of line 7 becomes false.
vim.api.nvim_buf_set_text(0, 6, 25, 6, 26, { '3' })
vim.wait(20000, function() return #vim.diagnostic.get(0) == 2 end, 20)
say('edited', diagnostics())
vim.api.nvim_buf_set_text(0, 6, 25, 6, 26, { '2' })
vim.wait(20000, function() return #vim.diagnostic.get(0) == 1 end, 20)
local document = vim.lsp.util.make_text_document_params()
local place = { line = 4, character = 42 }
local hover = vim.lsp.buf_request_sync(0, 'textDocument/hover', { textDocument = document, position = place }, 20000)
say('hover', hover[client].result.contents.value)
local range = { start = place, ['end'] = place }
local actions = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', { textDocument = document, range = range, context = { diagnostics = {} } }, 20000)
vim.lsp.util.apply_workspace_edit(actions[client].result[1].edit, 'utf-16')
vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 20)
say('fixed', diagnostics())
vim.cmd('silent write')
out:close()
vim.cmd('qa!')
