# 自动汇总，Windows计划任务：登录后自动开始，出错后重新开始，不显示窗口。
# 用法（在PowerShell里执行，不需要管理员权限）：
#   .\自动汇总计划任务.ps1 -Workspace "D:\督查\2022年台账"
#   .\自动汇总计划任务.ps1 -Workspace "D:\督查\2022年台账" -Remove
# 工作区在网络共享文件夹里的，加上 -Poll。日志在工作区的 .ducha\log\sync.log。
param(
    [Parameter(Mandatory = $true)] [string] $Workspace,
    [string] $Ducha = (Get-Command ducha -ErrorAction SilentlyContinue).Source,
    [switch] $Poll,
    [switch] $Remove
)

$ErrorActionPreference = "Stop"
$name = "督查台账自动汇总"

if ($Remove) {
    Stop-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
    Unregister-ScheduledTask -TaskName $name -Confirm:$false
    Write-Host "已取消自动汇总。"
    exit 0
}
if (-not $Ducha) { throw "找不到 ducha，请用 -Ducha 指明 ducha.exe 的位置。" }
if (-not (Test-Path (Join-Path $Workspace ".ducha\key"))) { throw "“$Workspace”不是督查台账的工作区。" }

$arguments = "sync --watch" + $(if ($Poll) { " --poll" } else { "" })
# 计划任务会显示控制台窗口，由PowerShell隐藏着启动
$command = "-NoProfile -WindowStyle Hidden -Command `"& '$($Ducha -replace "'", "''")' $arguments; exit `$LASTEXITCODE`""
$action = New-ScheduledTaskAction -Execute "powershell.exe" -Argument $command -WorkingDirectory $Workspace
$trigger = New-ScheduledTaskTrigger -AtLogOn -User "$env:USERDOMAIN\$env:USERNAME"
# 出错退出后，五分钟内重新开始；在运行时不会再开一个
$trigger.Repetition = (New-ScheduledTaskTrigger -Once -At 0:00 -RepetitionInterval (New-TimeSpan -Minutes 5)).Repetition
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -ExecutionTimeLimit ([TimeSpan]::Zero) `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName $name -Action $action -Trigger $trigger -Settings $settings -Force | Out-Null
Start-ScheduledTask -TaskName $name
Write-Host "已开始自动汇总，以后登录后自动开始。"
